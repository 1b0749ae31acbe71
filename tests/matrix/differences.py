# SPDX-License-Identifier: Apache-2.0
"""differences.toml: where a node is known not to be as plain Linux."""

import dataclasses
import pathlib
import tomllib

FILE = pathlib.Path(__file__).with_name("differences.toml")


@dataclasses.dataclass(frozen=True)
class Difference:
    programs: tuple[str, ...]
    mechanisms: tuple[str, ...]
    why: str               # a sentence; the same for several is one footnote
    cases: dict[str, str]  # and a part of a line that changes: "-" before a line of plain Linux's
                           # transcript that the node's has not, "+" before one that only it
                           # has; {a}, {b} and {loopback} are addresses
    families: tuple[str, ...] = ("IPv4",)


def read(path=FILE):
    with open(path, "rb") as file:
        return [Difference(**table) for table in tomllib.load(file)["difference"]]


def expected_of(program, mechanism, family):
    """Difference by case. Two that concern the same are a mistake."""
    found = {}
    for difference in read():
        if (program in difference.programs and mechanism in difference.mechanisms and
                family in difference.families):
            for case in difference.cases:
                if case in found:
                    raise ValueError(f"{FILE.name}: {program}, {case}, {mechanism}, {family}: twice")
                found[case] = difference
    return found
