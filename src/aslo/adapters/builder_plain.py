"""The builder for a machine with neither docker nor bubblewrap: it packs, and runs nothing."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from threading import Event, Timer

import msgspec

from aslo.adapters.packer_process import RESULT_FILE, Order, Result
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.domain.problem import Problem
from aslo.ports import Limits, LogLine

_PROGRAM = (sys.executable, "-I", "-m", "aslo.adapters.packer_process")
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
_ERRORS_FILE = "errors.txt"


class PlainBuilder:
    """Packs a tree in a process of its own, within limits; no code of the activity is run."""

    name = "plain"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def available(self) -> str | None:
        """See ports.Builder: it needs nothing but git."""
        return None if which("git") else "git is not installed: apt-get install git"

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """See ports.Builder."""
        with TemporaryDirectory(dir=into, prefix=".pack-") as folder:
            scratch = Path(folder)
            ended = self._run(Order(str(tree.resolve()), folder, self._limits), scratch, log)
            result = self._result(scratch, ended)
            if result.bundle is not None:
                return (scratch / result.bundle).rename(into / result.bundle)
        if result.ours:
            raise BuilderError(result.message)
        raise BuildFailedError(result.message, result.problems)

    def _run(self, order: Order, scratch: Path, log: LogLine) -> int:
        """Run the packing process to its end, and return how it ended."""
        command = [*_PROGRAM, msgspec.json.encode(order).decode()]
        with (scratch / _ERRORS_FILE).open("wb") as errors:
            process = subprocess.Popen(
                command,
                cwd=scratch,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        overdue = Event()
        watchdog = Timer(self._limits.build_seconds, _stop, [process.pid, overdue])
        watchdog.start()
        try:
            _copy_log(process, log, self._limits.log_bytes)
            # Its id stays its own until it is waited for, so the group killed is never another's.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            watchdog.cancel()
            watchdog.join()
            _kill_group(process.pid)
            ended = process.wait()
        # Too long by the clock or by the processor is the same to the author.
        return -signal.SIGXCPU if overdue.is_set() else ended

    def _result(self, scratch: Path, ended: int) -> Result:
        try:
            return msgspec.json.decode((scratch / RESULT_FILE).read_bytes(), type=Result)
        except FileNotFoundError:
            if ended == -signal.SIGXCPU:
                return _too_long(self._limits.build_seconds)
            raise BuilderError(f"packing ended with {ended}: {_last_error(scratch)}") from None
        except msgspec.DecodeError as error:
            raise BuilderError("packing left a result that cannot be read") from error


def _copy_log(process: subprocess.Popen[bytes], log: LogLine, limit_bytes: int) -> None:
    if process.stdout is None:
        raise ValueError("the process has no pipe for its log")
    with process.stdout as lines:
        for line in lines:
            limit_bytes -= len(line)
            if limit_bytes >= 0:
                log(line.decode(errors="replace").rstrip("\n"))


def _stop(leader: int, overdue: Event) -> None:
    overdue.set()
    _kill_group(leader)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _too_long(seconds: int) -> Result:
    message = f"packing takes longer than {seconds} seconds"
    remedy = "Leave out files that learners do not need, then release again."
    return Result(message=message, problems=(Problem("build-timeout", message, remedy),))


def _last_error(scratch: Path) -> str:
    lines = (scratch / _ERRORS_FILE).read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
