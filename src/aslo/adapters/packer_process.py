"""The process that packs a tree, and leaves what came of it in a file.

Run as `python -m aslo.adapters.packer_process ORDER`; the log goes to standard output.
"""

import errno
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aslo.adapters.packer import pack
from aslo.adapters.work_tree import survey
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.domain.problem import Problem
from aslo.ports import Limits

RESULT_FILE = "result.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What to pack, where to, and within what."""

    tree: str
    into: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Result:
    """The name of the bundle, or why there is none."""

    bundle: str | None = None
    message: str = ""
    problems: tuple[Problem, ...] = ()
    ours: bool = False
    """Whether the fault is not the author's."""


def main(order: Order) -> None:
    """Carry out an order and write its result."""
    resource.setrlimit(resource.RLIMIT_CPU, (order.limits.build_seconds,) * 2)
    try:
        result = _attempt(order)
    except BuilderError as error:
        result = Result(message=error.message, ours=True)
    except Exception as error:  # noqa: BLE001  the parent tells it; here nobody would hear
        result = Result(message=f"packing broke: {type(error).__name__}: {error}", ours=True)
    (Path(order.into) / RESULT_FILE).write_bytes(msgspec.json.encode(result))


def _attempt(order: Order) -> Result:
    try:
        tree = survey(Path(order.tree))
        # git was the last program needed: from here on no other process can be started.
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        bundle = pack(tree, Path(order.into), order.limits.disk_bytes, _log)
    except BuildFailedError as error:
        return Result(message=error.message, problems=error.problems)
    except MemoryError:
        return _too_much("memory", order.limits.memory_bytes)
    except OSError as error:
        if error.errno == errno.EFBIG:
            return _too_much("disk", order.limits.disk_bytes)
        raise
    return Result(bundle.name)


def _too_much(what: str, limit_bytes: int) -> Result:
    message = f"packing needs more {what} than {limit_bytes} bytes"
    remedy = "Leave out files that learners do not need, then release again."
    return Result(message=message, problems=(Problem("tree-too-large", message, remedy),))


def _log(line: str) -> None:
    print(line.replace("\n", " "), flush=True)  # noqa: T201  standard output is this process's log


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Order))
