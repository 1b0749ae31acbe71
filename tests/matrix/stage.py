# SPDX-License-Identifier: Apache-2.0
"""A case is played on a stage: programs are started on hosts of a world, and what all of them
printed, with their exit status, is the transcript. Two worlds are alike if their transcripts are."""

import codecs
import dataclasses
import fcntl
import os
import re
import select
import signal
import subprocess
import tempfile
import termios
import threading
import time

# Of the kernel's default range for ports that nobody asked for.
EPHEMERAL_PORT = re.compile(r"(?<=[ :/])(3[3-9]\d{3}|32[89]\d{2}|327[789]\d|3276[89]|[45]\d{4}|60\d{3})\b")


GOOD_ENDS = ("exit 0", "runs until it is stopped")


@dataclasses.dataclass(frozen=True)
class Transcript:
    lines: list[str]
    errors: str  # what was said on standard error; not compared, as it is no program's contract
    is_complete: bool  # the case went to its end, and so did all programs


class Silence(Exception):
    """A program did not say in time what the case waits for."""


class Actor:
    """A program on a host. What it prints on standard output is read as it comes."""

    def __init__(self, host, title, argv, shows):
        self.host = host
        self.title = title
        self.shows = shows
        self.lines = []
        self.ending = None
        self._news = threading.Condition()
        self._at_end = False
        self._error_file = tempfile.TemporaryFile("w+", errors="replace")
        self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=self._error_file, start_new_session=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        """What is no longer in the pipe is in `lines` as soon as `_news` can be had."""
        pipe = self._process.stdout.fileno()
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        begun = ""
        while not self._at_end:
            select.select([pipe], [], [])
            with self._news:
                read = os.read(pipe, 65536)
                self._at_end = not read
                *lines, begun = (begun + decoder.decode(read, final=not read)).split("\n")
                if self._at_end and begun:
                    lines.append(begun)
                if self.ending is None:  # what it says of our killing it does not count
                    self.lines += lines
                self._news.notify_all()

    def _is_read(self):
        waiting = fcntl.ioctl(self._process.stdout.fileno(), termios.FIONREAD, b"\0" * 4)
        return self._at_end or not any(waiting)

    def wait_for(self, pattern, patience):
        """The first line in which `pattern` is found."""

        def found():
            return next((line for line in self.lines if re.search(pattern, line)), None)

        with self._news:
            self._news.wait_for(lambda: found() is not None or self._at_end, patience)
            if found() is None:
                raise Silence(f"{self.host}: {self.title} does not say \"{pattern}\"")
            return found()

    def finish(self, patience):
        """Its end; by force where it does not come in time."""
        if self.ending is None:
            try:
                status = self._process.wait(patience)
                self._reader.join(5)
                self.ending = f"exit {status}"
            except subprocess.TimeoutExpired:
                self.ending = "goes on"
        self.kill()

    def stop(self):
        """For what does not end by itself. What it said before counts, read by now or not."""
        status = self._process.poll()
        self._signal(signal.SIGSTOP)
        with self._news:
            self._news.wait_for(self._is_read, 5)
            self.ending = "runs until it is stopped" if status is None else f"exit {status}"
        self.kill()

    def _signal(self, number):
        """Whether there is anybody who could get it."""
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return False
        return True

    def kill(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self._signal(number):
                break
            self._signal(signal.SIGCONT)
            try:
                self._process.wait(1)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._reader.join(5)
        self._process.stdout.close()

    def close(self):
        self.kill()
        self._error_file.seek(0)
        self.errors = self._error_file.read()
        self._error_file.close()


class Stage:
    """`patience`: how many seconds anything may take; `grace`: how many what still runs when the case
    is over."""

    def __init__(self, world, patience, grace):
        self.world = world
        self.addresses = world.family.addresses
        self.loopback = world.family.loopback
        self.wildcard = world.family.wildcard
        self.patience = patience
        self.grace = grace
        self.actors = []

    def start(self, host, *argv, title="program", ready=None, shows=None):
        """`ready`: what it says when it can be called. `shows`: the pattern of what counts of its
        output, all of it if there is none."""
        argv = [str(word) for word in argv]
        actor = Actor(host, title, self.world.command(host, argv), shows)
        self.actors.append(actor)
        if ready is not None:
            actor.wait_for(ready, self.patience)
        return actor

    def run(self, host, *argv, **options):
        """Start, and wait for its end."""
        actor = self.start(host, *argv, **options)
        actor.finish(self.patience)
        return actor

    def play(self, case):
        """The transcript of a case: a function of this stage."""
        end = 0
        remarks = []
        try:
            case(self)
            end = time.monotonic() + self.grace
        except Silence as silence:
            remarks.append(str(silence))
        for actor in self.actors:
            actor.finish(max(0.5, end - time.monotonic()))
        for actor in self.actors:
            actor.close()
        return Transcript(
            lines=[line for actor in self.actors for line in said_by(actor)] + remarks,
            errors="".join(actor.errors for actor in self.actors),
            is_complete=not remarks and all(actor.ending in GOOD_ENDS for actor in self.actors))


def said_by(actor):
    name = f"{actor.host}: {actor.title}: "
    for line in actor.lines:
        shown = line if actor.shows is None else " ".join(re.findall(actor.shows, line))
        if shown:
            yield name + EPHEMERAL_PORT.sub("*", shown)
    yield name + actor.ending
