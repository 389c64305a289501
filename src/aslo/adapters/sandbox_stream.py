"""Attend a running command: its output, its log, its time, and the room it takes."""

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from aslo.adapters.sandbox import Command, Death
from aslo.ports import Limits, LogLine

_PAUSE_SECONDS = 0.05
_SHORT_PAUSE_SECONDS = 0.002
_WATCH_SECONDS = 0.25
_CHUNK_BYTES = 64 * 1024
_LONGEST_LINE = 4 * 1024
_SMALLEST_FILE_BYTES = 4 * 1024
"""What any file, link or folder costs at least, so that empty ones cost something too."""


_COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\r$")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey, should a log be shown in one."""


class _Cut(Exception):  # noqa: N818  a turn of the story, not an error
    def __init__(self, death: Death) -> None:
        super().__init__(death)
        self.death = death


class LogSplitter:
    """Makes lines of a stream of bytes, and ends it when it gets too long."""

    def __init__(self, log: LogLine, limit_bytes: int) -> None:
        self._log = log
        self._left = limit_bytes
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Log every line that is complete."""
        kept = data[: self._left]
        self._left -= len(kept)
        *lines, self._rest = (self._rest + kept).split(b"\n")
        for line in lines:
            self._write(line)
        if len(self._rest) > _LONGEST_LINE:
            self.end()
        if len(kept) < len(data):
            raise _Cut(Death.LOG)

    def end(self) -> None:
        """Log the last line, which had no end."""
        if self._rest:
            self._write(self._rest)
        self._rest = b""

    def _write(self, line: bytes) -> None:
        text = _CONTROL.sub(
            "\N{REPLACEMENT CHARACTER}", _COLOUR.sub("", line.decode(errors="replace"))
        )
        for start in range(0, len(text) or 1, _LONGEST_LINE):
            self._log(text[start : start + _LONGEST_LINE])


def capped(output: BinaryIO, limit_bytes: int) -> Callable[[bytes], None]:
    """A taker of output that ends the command where it gives too much."""

    def take(data: bytes) -> None:
        if output.tell() + len(data) > limit_bytes:
            raise _Cut(Death.OUTPUT)
        output.write(data)

    return take


class FolderWatch:
    """Tells when a folder holds more than it may; it looks a few times a second."""

    def __init__(self, folder: Path | None, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._looked_at = 0.0

    def glance(self) -> Death | None:
        """Look, unless that was done a moment ago."""
        if time.monotonic() - self._looked_at < _WATCH_SECONDS:
            return None
        death = self.look()
        self._looked_at = time.monotonic()
        return death

    def look(self) -> Death | None:
        """Look now."""
        if self._folder is None or not _exceeds(self._folder, self._limit_bytes):
            return None
        return Death.DISK


def attend(
    process: subprocess.Popen[bytes],
    command: Command,
    limits: Limits,
    log: LogLine,
    output: BinaryIO | None,
) -> Death | None:
    """See a process through to its end; why it had to be killed, if it had to.

    Neither it nor what it left in its process group runs when this returns or raises.
    """
    splitter = LogSplitter(log, limits.log_bytes)
    take = splitter.take if output is None else capped(output, limits.disk_bytes)
    watch = FolderWatch(command.writable, limits.disk_bytes)
    try:
        _follow(process, command.seconds, splitter, take, watch)
    except _Cut as cut:
        return cut.death
    finally:
        splitter.end()
        # Its id stays its own until it is waited for, so no other group can be hit.
        kill_group(process.pid)
        process.wait()
        _close_pipes(process)
    return watch.look()


def kill_group(leader: int) -> None:
    """Kill a process and those it started, as far as they stayed in its group."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _follow(
    process: subprocess.Popen[bytes],
    seconds: float,
    log: LogSplitter,
    take: Callable[[bytes], None],
    watch: FolderWatch,
) -> None:
    ends_at = time.monotonic() + seconds
    # Left-over processes may hold the pipes open, and a living one may close them.
    with selectors.DefaultSelector() as selector:
        for stream, taker in ((process.stdout, take), (process.stderr, log.take)):
            if stream is not None:
                selector.register(stream, selectors.EVENT_READ, taker)
        while _listen(selector) or not _has_ended(process):
            if time.monotonic() > ends_at:
                raise _Cut(Death.TIME)
            if death := watch.glance():
                raise _Cut(death)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended; its id stays its own until somebody waits for it."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def _listen(selector: selectors.BaseSelector) -> bool:
    """Take what there is to hear; whether there was anything."""
    if not selector.get_map():
        # Whoever has closed both pipes is most often about to end.
        time.sleep(_SHORT_PAUSE_SECONDS)
        return False
    ready = selector.select(_PAUSE_SECONDS)
    for key, _ in ready:
        data = os.read(key.fd, _CHUNK_BYTES)
        if data:
            key.data(data)
        else:
            selector.unregister(key.fileobj)
    return bool(ready)


def _exceeds(folder: Path, limit_bytes: int) -> bool:
    """Whether the files of a folder take more room; it ends early, however many there are."""
    total = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += max(_SMALLEST_FILE_BYTES, _size(entry))
                    if total > limit_bytes:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
        except FileNotFoundError:
            continue
    return False


def _size(entry: os.DirEntry[str]) -> int:
    # Git leaves holes where a file holds zeros; whoever copies it fills them.
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
