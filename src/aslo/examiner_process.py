"""The process that looks at one tree, and leaves its verdict in a file.

Run as `python -m aslo.examiner_process TREE ANSWER SECONDS PARENT` in an empty folder of its own.
"""

import errno
import os
import resource
import signal
import sys
import time
from pathlib import Path
from threading import Thread

import msgspec

from aslo.bootstrap import checking
from aslo.domain.problem import Problem
from aslo.domain.verdict import Verdict
from aslo.services.check import few_of_each_kind

_LOOK_SECONDS = 0.5


def main(tree: Path, answer: Path, seconds: int, parent: int) -> None:
    """Look at a tree within bounds, and write what was found."""
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    answer.write_bytes(msgspec.json.encode(_examined(tree, answer.parent)))


def _examined(tree: Path, scratch: Path) -> Verdict:
    try:
        verdict = checking.examine_tree(tree, scratch)
    except MemoryError:
        return _too_much("memory")
    except OSError as error:
        if error.errno == errno.EFBIG:
            return _too_much("disk")
        raise
    return Verdict(tuple(few_of_each_kind(verdict.problems)), verdict.notices)


def _too_much(what: str) -> Verdict:
    message = f"looking at the tree needs more {what} than a build may have"
    remedy = "Leave out files that learners do not need, then push again."
    return Verdict((Problem("tree-too-large", message, remedy),))


def _end_with(parent: int) -> None:
    """End this process, and a git that it asks, soon after the one it works for was killed."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
