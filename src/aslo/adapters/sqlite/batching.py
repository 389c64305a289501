"""Writes of one thread that become durable together."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aslo.adapters.sqlite.queueing import LET_IN_SECONDS, begin

# Other writers wait for a batch, up to BUSY_SECONDS; so a long one lets them in now and then.
_MOST_WRITES = 500
_MOST_SECONDS = 0.5


class Batch:
    """One transaction after the other, each holding many writes that fail one by one."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._writes = 0
        self._since = 0.0

    @contextmanager
    def writing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """One write within the batch; when it fails, it alone is undone."""
        if self._is_due():
            self._let_others_in()
        self._join(connection)
        connection.execute("SAVEPOINT one_write")
        try:
            yield
            connection.execute("RELEASE one_write")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK TO one_write")
                connection.execute("RELEASE one_write")
            raise
        self._writes += 1
        if self._is_due():
            self._let_others_in()

    def commit(self) -> None:
        """Make durable what was written; an error if it was lost on the way."""
        if self._connection is None:
            return
        self._refuse_lost()
        self._connection.execute("COMMIT")
        self._connection = None

    def _let_others_in(self) -> None:
        self.commit()
        time.sleep(LET_IN_SECONDS)

    def undo(self) -> None:
        """Forget what was not yet durable."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection = None

    def _join(self, connection: sqlite3.Connection) -> None:
        if self._connection is None:
            begin(connection)
            self._connection, self._writes, self._since = connection, 0, time.monotonic()
        elif self._connection is not connection:
            raise sqlite3.OperationalError("the file was replaced in the middle of a batch")
        self._refuse_lost()

    def _refuse_lost(self) -> None:
        # A full disk may have rolled all of it back, and who caught that would go on unaware.
        if self._connection is not None and not self._connection.in_transaction:
            raise sqlite3.OperationalError("a batch was undone by an error in it")

    def _is_due(self) -> bool:
        if self._connection is None:
            return False
        return self._writes >= _MOST_WRITES or time.monotonic() - self._since >= _MOST_SECONDS
