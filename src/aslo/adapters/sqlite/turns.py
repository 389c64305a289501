"""Writes of many threads that become durable together, for the disk takes its time for each."""

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aslo.adapters.sqlite.database import Database

T = TypeVar("T")

_PAGES_LEFT_BEHIND = 10_000
"""How long SQLite's log (the WAL) may grow, 40 MB, before a turn itself moves it into the file.
That waits for the disk twice more; a writer for whom no answer waits does it from 1,000 pages on
(sqlite.org/wal.html: "Automatic Checkpoint")."""


class _Wish:
    """A write that waits to be done, and the thread that waits with it."""

    def __init__(self, write: Callable[[sqlite3.Connection], Any]) -> None:
        self.write = write
        self._asleep = threading.Lock()
        self._asleep.acquire()
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def wait(self) -> None:
        """Sleep until somebody wakes this thread, which may already have been."""
        self._asleep.acquire()

    def wake(self) -> None:
        """End a wait, this one or the next."""
        self._asleep.release()

    def answer(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class Turns:
    """Does writes in turns: while one turn waits for the disk, the next one gathers.

    Of the threads that gather, the first does the writes of all. Each write fails alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._waiting: list[_Wish] = []
        self._taken = False

    def do(self, write: Callable[[sqlite3.Connection], T]) -> T:
        """What the write returned, once it is durable; in a batch, at once.

        It may be called twice, the first time in vain.
        """
        wish = _Wish(write)
        if self._database.batching:
            self._fulfil([wish])
        else:
            self._take_turn(wish)
        result: T = wish.answer()
        return result

    def _take_turn(self, wish: _Wish) -> None:
        if not self._gather(wish):
            wish.wait()
        if not wish.done:
            self._lead()

    def _gather(self, wish: _Wish) -> bool:
        """Let a wish wait; whether its thread leads at once."""
        if self._process != os.getpid():
            # The threads that would have ended the parent's turn do not exist here.
            self._forget()
        with self._lock:
            self._waiting.append(wish)
            leads = not self._taken
            self._taken = True
        return leads

    def _lead(self) -> None:
        """Do what has gathered, and hand the lead to the first of those that came meanwhile."""
        with self._lock:
            wishes, self._waiting = self._waiting, []
        try:
            self._fulfil(wishes)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._taken = bool(following)
            for wish in wishes:
                wish.done = True
            for wish in (*following, *wishes):
                wish.wake()

    def _fulfil(self, wishes: Sequence[_Wish]) -> None:
        begun = False
        try:
            with self._database.writing() as connection:
                begun = True
                if not self._database.batching:
                    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_LEFT_BEHIND}")
                for wish in wishes:
                    wish.result = wish.write(connection)
        except BaseException as error:  # noqa: BLE001 - each thread raises it by itself
            if begun and len(wishes) > 1:
                self._fulfil_each(wishes)
            else:  # A file that cannot be had is waited for once, not once for each.
                _fail(wishes, error)

    def _fulfil_each(self, wishes: Sequence[_Wish]) -> None:
        """Nothing of them was kept; only the one that is to blame may fail."""
        for wish in wishes:
            self._fulfil([wish])

    def _forget(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._waiting = []
        self._taken = False


def _fail(wishes: Sequence[_Wish], error: BaseException) -> None:
    for wish in wishes:
        wish.error = error
