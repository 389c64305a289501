"""The least of the sandboxes: a process of its own, with limits, for programs that we trust.

It keeps nothing hidden, so no code of an activity is ever run in it.
"""

import subprocess
import sys
from typing import BinaryIO

from aslo.adapters.sandbox import OPEN_FILES, Command, Outcome, exited
from aslo.adapters.sandbox_stream import attend
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
        death = attend(process, command, self._limits, log, output)
        return Outcome(death) if death else exited(process.returncode)


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
