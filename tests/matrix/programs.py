# SPDX-License-Identifier: Apache-2.0
"""All programs of the matrix, and what each is tried with."""

import dataclasses
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Callable

import as_they_are
import cases
import worlds

SOURCES = pathlib.Path(__file__).parent / "peers"


class Missing(Exception):
    """A program that cannot be tried here, and why."""


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    cases: dict[str, Callable]  # each a function of a stage

    # Programs that the cases call, and files that the build makes where it can.
    calls: tuple[str, ...] = ()
    built: tuple[pathlib.Path, ...] = ()
    # A command that succeeds where what the program needs besides is there.
    probe: tuple = ()

    def require(self):
        for name in self.calls:
            if shutil.which(name) is None:
                raise Missing(f"{name} is not installed")
        for path in self.built:
            if not path.exists():
                raise Missing(f"{path.name} was not built: cmake says why")
        if self.probe:
            said = subprocess.run(self.probe, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            if said.returncode != 0:
                raise Missing(f"{self.name} lacks something here: {said.stdout}")


def languages(build, family):
    """`build`: the folder of what CMake makes of the peers."""
    reference = [build / "peer-c"]

    def peer(name, *argv, without=(), built=(), probe=()):
        calls = () if argv[0] in built else (str(argv[0]),)

        def played(case):
            return lambda stage: case(stage, argv, reference)

        chosen = {title: played(case) for title, (case, _) in cases.CASES.items()
                  if title not in without and
                  (family is worlds.IPV4 or title not in cases.OF_IPV4_ONLY)}
        return Program(name, chosen, calls, (*built, *reference), probe)

    def compiled(name, file, without=(), probe=()):
        return peer(name, build / file, without=without, built=(build / file,), probe=probe)

    def script(name, interpreter, file, without=(), probe=()):
        return peer(name, interpreter, SOURCES / file, without=without, probe=probe)

    # Without performance data: it is in a file by process number, which is that of JVMs in other
    # labs as well, and they say so on standard output.
    java = ("java", "-XX:-UsePerfData", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-cp", build / "java")
    no_list = ("list",)
    sockets_only = ("names", "list")
    tcp_only = ("UDP out", "UDP in", "UDP home", "own", "names", "list")
    return [
        compiled("C", "peer-c"),
        compiled("C, static", "peer-c-static", without=no_list),
        compiled("C, raw system calls", "peer-c-syscall", without=no_list),
        compiled("C, io_uring", "peer-c-uring", without=no_list,
                 probe=(build / "peer-c-uring", "own", "127.0.0.1", "9")),
        compiled("C++", "peer-cc"),
        compiled("Go", "peer-go"),
        compiled("Rust", "peer-rs", without=no_list),
        peer("Java, sockets", *java, "Peer", built=(build / "java/Peer.class",)),
        peer("Java, NIO", *java, "NioPeer", without=sockets_only,
             built=(build / "java/NioPeer.class",)),
        script("Node.js", "node", "peer.js"),
        script("Python, asyncio", sys.executable, "peer.py", without=no_list),
        script("Perl", "perl", "peer.pl", without=no_list),
        script("Ruby", "ruby", "peer.rb"),
        script("PHP", "php", "peer.php"),
        script("Lua", "lua5.4", "peer.lua", without=no_list,
               probe=("lua5.4", "-e", "require 'socket'")),
        peer("Erlang", "escript", build / "matrix_peer.beam",
             built=(build / "matrix_peer.beam",)),
        script("Tcl", "tclsh", "peer.tcl", without=tcp_only),
    ]


def others(build):
    """Programs as the distribution has them."""
    reference = build / "peer-c"

    def played(function):
        return lambda stage: function(stage, [reference])

    return [Program(name,
                    {title: played(function) for title, (_, function) in tried.items()},
                    tuple(sorted({call for calls, _ in tried.values() for call in calls})),
                    (reference,))
            for name, tried in as_they_are.CASES.items()]


def every_program(build, family):
    build = pathlib.Path(build)
    found = languages(build, family) + (others(build) if family is worlds.IPV4 else [])
    return {program.name: program for program in found}
