"""The least of the sandboxes: a process of its own, with limits, for programs that we trust.

It keeps nothing hidden, so no code of an activity is ever run in it.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import BinaryIO

from aslo.adapters.sandbox import OPEN_FILES, Command, Death, Outcome, exited
from aslo.adapters.sandbox_stream import FolderWatch, LogSplitter, attend, capped
from aslo.domain.errors import BuilderError
from aslo.ports import Limits, LogLine

_PATH = "/usr/local/bin:/usr/bin:/bin"

# Limits are set by a small program that then becomes the command: a worker has threads, and
# nothing of Python may run between fork and exec of a process with threads.
_LIMITED = """
import os, resource, sys
data, size, files = map(int, sys.argv[1:4])
for kind, most in (
    (resource.RLIMIT_DATA, data), (resource.RLIMIT_FSIZE, size),
    (resource.RLIMIT_NOFILE, files), (resource.RLIMIT_CORE, 0),
):
    resource.setrlimit(kind, (most, most))
os.umask(0o022)
os.execvp(sys.argv[4], sys.argv[4:])
"""


def limited(argv: tuple[str, ...], limits: Limits) -> list[str]:
    """A command line that sets the limits of a process, then becomes `argv`."""
    most = (limits.memory_bytes, limits.disk_bytes, OPEN_FILES)
    return [sys.executable, "-I", "-S", "-c", _LIMITED, *map(str, most), *argv]


def kill_group(leader: int) -> None:
    """Kill a process and those it started, as far as they stayed in its group."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


class ProcessSandbox:
    """Runs a command as a process group with limits; it has our network and sees our files."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def available(self) -> str | None:
        """See Sandbox."""
        return None

    def run(self, command: Command, log: LogLine, output: BinaryIO | None = None) -> Outcome:
        """See Sandbox."""
        if command.shown:
            raise ValueError(f"a plain process hides nothing, got {command.shown!r} to show")
        process = _start(command, self._limits, separate=output is not None)
        splitter = LogSplitter(log, self._limits.log_bytes)
        take = splitter.take if output is None else capped(output, self._limits.disk_bytes)
        watch = FolderWatch(command.writable, self._limits.disk_bytes)
        death = Death.KILLED
        try:
            cut = attend(process, command.seconds, splitter, take, watch)
            death = cut or Death.EXIT
        finally:
            # Its id stays its own until it is waited for, so no other group can be hit.
            kill_group(process.pid)
            status = process.wait()
            close_pipes(process)
        return exited(status) if death is Death.EXIT else Outcome(death)


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of a process's pipes."""
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _start(command: Command, limits: Limits, *, separate: bool) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            limited(command.argv, limits),
            cwd=command.writable,
            env={"PATH": _PATH, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if separate else subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise BuilderError(f"{command.argv[0]} cannot be run: {error.strerror}") from error
