"""One SQLite file, shared by threads and processes."""

import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from aslo.adapters.sqlite.batching import Batch
from aslo.adapters.sqlite.faults import translated
from aslo.adapters.sqlite.forking import GATE
from aslo.adapters.sqlite.queueing import begin, when_free
from aslo.adapters.sqlite.schema import version
from aslo.domain.errors import OutageError

# Less than the ten seconds in which GitHub wants its answer.
BUSY_SECONDS = 8
# Makes the tables of a file what the code expects.
Prepare = Callable[[sqlite3.Connection], None]
# Process, times closed or forked, device and file: a connection made under another one is not
# used.
_Identity = tuple[int, int, int, int]
# Even closing a connection after a fork harms the parent (sqlite.org/howtocorrupt.html), and so
# would its end as garbage.
_inherited: list[sqlite3.Connection] = []


class _Held:
    """A thread's connection, closed when the thread ends: its own end waits for the collector."""

    def __init__(self, identity: _Identity, connection: sqlite3.Connection) -> None:
        self.identity = identity
        self.connection = connection

    def close_now(self) -> None:
        self.connection.close()

    def close(self) -> None:
        if self.identity[0] == os.getpid():
            with GATE.inside():
                self.connection.close()
        else:
            _inherited.append(self.connection)

    __del__ = close


class Database:
    """A connection for each thread of each process, opened when it is first needed."""

    synchronous = "FULL"
    cache_kib = 2_000
    """What each thread keeps of the file in memory of its own (sqlite.org/pragma.html)."""

    def __init__(self, path: Path, prepare: Prepare, outage: type[OutageError]) -> None:
        self.path = path
        self._prepare = prepare
        self._outage = outage
        self._mine = threading.local()
        self._closed = 0
        self._made = False
        GATE.watch()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection on which each statement stands for itself."""
        with self._guarded():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone may write; durable when the context ends, or undone."""
        with self._guarded():
            connection = self._connection()
            if (batch := self._batch()) is not None:
                with batch.writing(connection):
                    yield connection
                return
            try:
                # In here, for whoever is late is stopped between any two steps.
                begin(connection)
                yield connection
                connection.execute("COMMIT")
            finally:
                # A full disk may already have rolled it back.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let what this thread writes inside be durable together, at the end or before."""
        if self._batch() is not None:
            yield
            return
        batch = self._mine.batch = Batch()
        with GATE.inside():
            try:
                yield
                with self._guarded():
                    batch.commit()
            finally:
                del self._mine.batch
                with self._guarded():
                    batch.undo()

    @property
    def batching(self) -> bool:
        """Whether this thread is in a batch."""
        return self._batch() is not None

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all statements see the same moment."""
        with self.reading() as connection:
            if connection.in_transaction:  # A batch of this thread, which alone may write.
                yield connection
                return
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def version(self) -> int:
        """The schema of the file before it is prepared; 0 for one that is not there."""
        if not self.path.exists():
            return 0
        with self._guarded(), closing(sqlite3.connect(self.path)) as connection:
            return version(connection)

    def close(self) -> None:
        """Let go: this thread's connection now, another's when it is next asked for or ends."""
        self._drop()
        self._closed += 1

    def _batch(self) -> Batch | None:
        batch: Batch | None = getattr(self._mine, "batch", None)
        return batch

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with translated(self.path, self._outage), GATE.inside():
            yield

    def _connection(self) -> sqlite3.Connection:
        identity = self._identity()
        held: _Held | None = getattr(self._mine, "held", None)
        if held is None or held.identity != identity:
            self._drop()
            held = self._mine.held = _Held(identity, self._open())
            GATE.note(held)
        return held.connection

    def _opened(self) -> int | None:
        """The inode of the file that this thread's connection was opened on."""
        held: _Held | None = getattr(self._mine, "held", None)
        return held.identity[3] if held else None

    def _identity(self) -> _Identity:
        """Looked at before each use: a file that was replaced must not be written on unseen."""
        made = self._made  # Before the look: another thread may make the file in between.
        try:
            file = self.path.stat()
        except FileNotFoundError:
            self._make_file(again=made)
            file = self.path.stat()
        self._made = True
        return os.getpid(), self._closed + GATE.forks, file.st_dev, file.st_ino

    def _make_file(self, *, again: bool) -> None:
        if again:
            # An empty file in its place would hide the loss, and take what comes next with it.
            raise FileNotFoundError(errno.ENOENT, "it is gone; bring it back, or restart without")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def _drop(self) -> None:
        held: _Held | None = self._mine.__dict__.pop("held", None)
        if held is not None:
            held.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            # Used by one thread, but what ends with it may be closed by another.
            check_same_thread=False,
        )
        try:
            # Many may open a new file at once, and for this SQLite itself waits for nobody.
            when_free(connection, "PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {self.synchronous}")
            connection.execute(f"PRAGMA cache_size = -{self.cache_kib}")
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection
