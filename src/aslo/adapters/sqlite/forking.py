"""A process forks between two uses of SQLite, never in the middle of one."""

import logging
import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10
"""So long a fork waits for who is inside; longer than anybody waits for a busy file."""


class Closable(Protocol):
    """Something that is open."""

    def close_now(self) -> None:
        """Close it, from whichever thread; nobody uses it."""


class Gate:
    """Lets threads in and out, and stays shut while the process forks.

    What SQLite knows of locks it keeps in memory, for all connections of a process. The child of a
    process of which a thread was just writing would believe for ever that somebody writes; and one
    of a process that had a file open would believe that it has the locks that keep others from
    taking its log away (sqlite.org/howtocorrupt.html, 2.6). So nothing is open while it forks.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shutting = 0
        """Forks that are waited for: while there are any, nobody walks in."""
        self._mine = threading.local()
        self._watches = False
        self._open: weakref.WeakSet[Closable] = weakref.WeakSet()
        self.forks = 0
        """How often the process forked: what was opened before is closed."""

    def note(self, opened: Closable) -> None:
        """Close this before the process forks the next time."""
        with self._changed:
            self._open.add(opened)

    def watch(self) -> None:
        """Shut at each fork of this process from now on."""
        with self._changed:
            if not self._watches:
                self._watches = True
                os.register_at_fork(
                    before=self._shut,
                    after_in_parent=self._go_on,
                    after_in_child=self._begin_anew,
                )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """For the time of one use; a use within a use is part of it."""
        if self._depth:
            yield
            return
        with self._changed:
            self._changed.wait_for(lambda: not self._shutting)
            self._inside += 1
        self._mine.depth = 1
        try:
            yield
        finally:
            self._mine.depth = 0
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @property
    def _depth(self) -> int:
        depth: int = getattr(self._mine, "depth", 0)
        return depth

    def _shut(self) -> None:
        self._changed.acquire()
        self._shutting += 1
        if not self._changed.wait_for(lambda: self._inside <= self._depth, PATIENCE_SECONDS):
            logger.error("a process forks while %d threads use SQLite", self._inside - self._depth)
        elif not self._depth:
            for opened in list(self._open):
                opened.close_now()
            self._open.clear()
            self.forks += 1

    def _go_on(self) -> None:
        self._shutting -= 1
        self._changed.notify_all()
        self._changed.release()

    def _begin_anew(self) -> None:
        """Of the threads only this one is here."""
        self._changed = threading.Condition()
        self._inside = self._depth
        self._shutting = 0


GATE = Gate()
"""One for the process, as SQLite's memory is."""
