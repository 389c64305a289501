"""Says in our words what SQLite complains of."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aslo.adapters.sqlite.schema import UnknownSchemaError
from aslo.domain.errors import OutageError

_CAUSES = {
    sqlite3.SQLITE_BUSY: "another process keeps it locked; find it with `fuser`",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the folder and its permissions",
    sqlite3.SQLITE_CORRUPT: "it is damaged; restore it from a backup",
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_IOERR: "the disk does not work; look at the kernel's messages",
    sqlite3.SQLITE_NOTADB: "it is no SQLite file; restore it from a backup",
    sqlite3.SQLITE_PERM: "it may not be used; check its permissions",
    sqlite3.SQLITE_READONLY: "it cannot be written; check its owner and permissions",
}
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def translated(path: Path, outage: type[OutageError]) -> Iterator[None]:
    """Raise our own error for whatever SQLite or the file system raises inside."""
    try:
        yield
    except sqlite3.Error as error:
        cause = _CAUSES.get(_primary(error), str(error))
        raise outage(f"cannot use {path}: {cause}") from error
    except UnknownSchemaError as error:
        raise outage(f"cannot use {path}: {error}; install the ASLO that wrote it") from error
    except OSError as error:
        raise outage(f"cannot use {path}: {error.strerror}") from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, so that trying again is of no use."""
    return _primary(error) in _DAMAGE


def _primary(error: sqlite3.Error) -> int:
    # The low byte is the kind, the rest says where it arose (sqlite.org/rescode.html).
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
