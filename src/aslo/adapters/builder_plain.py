"""The builder for a machine with neither docker nor bubblewrap: it packs, and runs nothing."""

import shutil
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from aslo.adapters.packer_process import RESULT_FILE, Order, Result
from aslo.adapters.sandbox import Command, Death, Outcome
from aslo.adapters.sandbox_process import ProcessSandbox
from aslo.adapters.work_tree import GIT_PATH
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.domain.problem import Problem
from aslo.ports import Limits, LogLine

_PROGRAM = (sys.executable, "-I", "-m", "aslo.adapters.packer_process")
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}


class PlainBuilder:
    """Packs a tree in a process of its own, within limits; no code of the activity is run."""

    name = "plain"

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sandbox = ProcessSandbox(limits)

    def available(self) -> str | None:
        """See ports.Builder: it needs nothing but git."""
        found = shutil.which("git", path=GIT_PATH)
        return None if found else "git is not installed: apt-get install git"

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """See ports.Builder."""
        with TemporaryDirectory(dir=into, prefix=".pack-") as folder:
            scratch = Path(folder)
            outcome = self._sandbox.run(self._command(tree, scratch), log)
            result = _result(scratch, outcome, self._limits)
            if result.bundle is not None:
                return (scratch / result.bundle).rename(into / result.bundle)
        if result.ours:
            raise BuilderError(result.message)
        raise BuildFailedError(result.message, result.problems)

    def sweep(self) -> int:
        """See ports.Builder: its process and its folder end with the worker's own."""
        return 0

    def _command(self, tree: Path, scratch: Path) -> Command:
        order = Order(str(tree.resolve()), str(scratch.resolve()), self._limits)
        return Command(
            argv=(*_PROGRAM, msgspec.json.encode(order).decode()),
            seconds=self._limits.build_seconds,
            label=str(tree),
            writable=scratch,
            environment=_ENVIRONMENT,
        )


def _result(scratch: Path, outcome: Outcome, limits: Limits) -> Result:
    if limit := _limit_met(outcome, limits):
        message = f"packing {limit}"
        remedy = "Leave out files that learners do not need, then release again."
        code = f"build-{outcome.death}"
        return Result(message=message, problems=(Problem(code, message, remedy),))
    try:
        return msgspec.json.decode((scratch / RESULT_FILE).read_bytes(), type=Result)
    except (OSError, msgspec.DecodeError) as error:
        how = f"{outcome.death} {outcome.exit_code}"
        raise BuilderError(f"the packing process left no result: {how}") from error


def _limit_met(outcome: Outcome, limits: Limits) -> str | None:
    # The kernel ends a process that took as much of the processor as of the clock it may.
    if outcome.death is Death.TIME or outcome.exit_code == -signal.SIGXCPU:
        return f"takes longer than {limits.build_seconds} seconds"
    if outcome.death is Death.DISK:
        return f"needs more disk than {limits.disk_bytes} bytes"
    if outcome.death is Death.LOG:
        return f"prints more than {limits.log_bytes} bytes"
    return None
