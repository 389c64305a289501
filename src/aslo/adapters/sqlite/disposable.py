"""A SQLite file that can be made again: one that cannot be used is put aside."""

import fcntl
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aslo.adapters.sqlite.database import Database
from aslo.adapters.sqlite.faults import is_damage
from aslo.adapters.sqlite.schema import UnknownSchemaError


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this caller has the lock file; the system frees it when the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


class DisposableDatabase(Database):
    """Starts from nothing when its file is damaged or has the tables of another version."""

    # A power cut may take the last changes, whole; they are then followed again.
    synchronous = "NORMAL"
    # Its readers are many threads, and the system keeps the file for all of them.
    cache_kib = 200

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with super()._guarded():
            try:
                yield
            except sqlite3.DatabaseError as error:
                if is_damage(error):
                    self._replace(self._opened())
                raise

    def _open(self) -> sqlite3.Connection:
        before = self._inode()
        try:
            return super()._open()
        except UnknownSchemaError:
            self._replace(before)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._replace(before)
        return super()._open()

    def _make_file(self, *, again: bool) -> None:
        del again  # It may be made as often as it is lost.
        super()._make_file(again=False)

    def _inode(self) -> int | None:
        return self.path.stat().st_ino if self.path.exists() else None

    def _replace(self, bad: int | None) -> None:
        """Put an empty file in the place of a bad one, once for all processes."""
        with locked(self.path.with_name(f"{self.path.name}.repair"), wait=True):
            if self._inode() == bad:
                self._point_to_new_file()

    def _point_to_new_file(self) -> None:
        # A link, because SQLite finds the write-ahead log by the file's own name: under the
        # same name the log of the bad file would be read into the new one.
        old = self.path.resolve()
        new = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        link = new.with_name(f"{new.name}.link")
        new.touch()
        link.symlink_to(new.name)
        link.replace(self.path)
        for left in (old, Path(f"{old}-wal"), Path(f"{old}-shm")):
            if left != self.path:
                with suppress(FileNotFoundError):
                    left.unlink()
