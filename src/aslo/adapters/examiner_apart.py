"""The examiner of trees: each look is a process of its own, within limits, and ends with ours."""

import logging
import os
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from aslo.adapters.sandbox import Command, Death, Outcome
from aslo.adapters.sandbox_process import ProcessSandbox
from aslo.domain.errors import BuilderError
from aslo.domain.problem import Problem
from aslo.domain.verdict import Verdict
from aslo.ports import Limits

logger = logging.getLogger(__name__)

MAX_ANSWER_BYTES = 8 * 1024**2
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
_CURE = "Leave out files that learners do not need, then push again."


class ApartExaminer:
    """Runs a program that is given a tree, a file for its verdict, the seconds of the processor it
    may take, and the process with which it has to end."""

    def __init__(self, program: Sequence[str], limits: Limits) -> None:
        self._program = tuple(program)
        self._limits = limits
        self._sandbox = ProcessSandbox(limits)

    def examine(self, tree: Path, into: Path) -> Verdict:
        """See ports.Examiner."""
        with TemporaryDirectory(dir=into, prefix=".look-") as folder:
            scratch, answer = Path(folder), Path(folder).resolve() / "verdict.json"
            command = self._command(tree.resolve(), scratch, answer)
            # What it prints would tell of this machine, so it is for the operator alone.
            outcome = self._sandbox.run(command, partial(logger.warning, "examining: %s"))
            if limit := _limit_met(outcome, self._limits):
                return Verdict((limit,))
            return _verdict(answer, outcome)

    def _command(self, tree: Path, scratch: Path, answer: Path) -> Command:
        seconds = self._limits.build_seconds
        return Command(
            argv=(*self._program, str(tree), str(answer), str(seconds), str(os.getpid())),
            seconds=seconds,
            label=str(tree),
            writable=scratch,
            environment=_ENVIRONMENT,
        )


def _limit_met(outcome: Outcome, limits: Limits) -> Problem | None:
    """The problem of a tree whose look was ended before it was over."""
    # The kernel ends a process that took as much of the processor as of the clock it may.
    if outcome.death is Death.TIME or outcome.exit_code == -signal.SIGXCPU:
        message = f"looking at the tree takes longer than {limits.build_seconds} seconds"
        return Problem("build-time", message, _CURE)
    if outcome.death is Death.DISK:
        message = f"looking at the tree needs more disk than {limits.disk_bytes} bytes"
        return Problem("build-disk", message, _CURE)
    if outcome.death is not Death.EXIT:
        message = "looking at the tree was ended, perhaps for want of memory"
        return Problem("build-killed", message, _CURE)
    return None


def _verdict(answer: Path, outcome: Outcome) -> Verdict:
    try:
        with answer.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_ANSWER_BYTES), type=Verdict)
    except (OSError, msgspec.DecodeError) as error:
        message = f"the examining process left no verdict: exit {outcome.exit_code}"
        raise BuilderError(message) from error
