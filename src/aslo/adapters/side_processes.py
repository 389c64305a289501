"""Other processes that call one function, for work that one alone would take too long over."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from multiprocessing.connection import Connection
from typing import TypeVar

from aslo.domain.errors import OutageError

A = TypeVar("A")
R = TypeVar("R")

AHEAD = 4
"""How many calls wait in each process; results are large, and nobody needs them earlier."""


def call_elsewhere(
    function: Callable[[A], R], arguments: Iterable[A], processes: int
) -> Iterator[R]:
    """The results in order. The function must not raise; OutageError if its process dies.

    A process ends when this iterator does, and when this process is killed: its pipe is then
    closed, which the workers of `concurrent.futures` do not notice.
    """
    with ExitStack() as stack:
        pipes = [stack.enter_context(_process(function)) for _ in range(processes)]
        turns, waiting = cycle(pipes), deque[tuple[Connection, A]]()
        for argument in arguments:
            pipe = next(turns)
            pipe.send(argument)
            waiting.append((pipe, argument))
            if len(waiting) >= AHEAD * processes:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _result(pipe: Connection, argument: object) -> R:  # type: ignore[type-var]  # what it sends
    try:
        result: R = pipe.recv()
    except (EOFError, OSError) as error:
        message = f"a process died over {argument!r}; perhaps there was too little memory"
        raise OutageError(message) from error
    return result


@contextmanager
def _process(function: Callable[[A], R]) -> Iterator[Connection]:
    # Not a fork: a child would inherit the open record, and the other children's pipes.
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(function, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join()


def _serve(function: Callable[[A], R], pipe: Connection) -> None:
    # Control-C goes to the whole group; the parent ends us by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            pipe.send(function(pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
