"""Snapshots of record and files."""

from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from aslo.domain.activity import StoredFile
from aslo.ports.record import Item


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a backup holds of one moment; its name is that moment, and sorts as it."""

    name: str
    taken_at: datetime
    era: str
    record_sha256: str
    counts: dict[str, int]
    """How many items of each kind."""
    files: dict[str, StoredFile]
    """The files that its record names, by their SHA-256."""
    missing: tuple[str, ...] = ()
    """Those that were not at rest when it was taken."""


class Backup(Protocol):
    """Snapshots of a record, and the files that they name, shared by all of them. BackupError
    when it cannot be read or written."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep others from writing meanwhile; BackupError if somebody does."""

    def snapshots(self) -> list[Snapshot]:
        """Every snapshot that was finished, oldest first."""

    def write(self, name: str, items: Iterable[Item]) -> str:
        """Keep the items of a record durably, and return the SHA-256 of what was written."""

    def items(self, snapshot: Snapshot) -> Iterator[Item]:
        """The items of a snapshot as they were; BackupError if they are not what was written."""

    def finish(self, snapshot: Snapshot) -> None:
        """Make a snapshot whose items and files are there one that counts, durably."""

    def remove(self, snapshot: Snapshot) -> None:
        """Forget a snapshot, but not its files."""

    def has(self, file: StoredFile) -> bool:
        """Whether a file of that name and size is here; its bytes are not looked at."""

    def add(self, sha256: str, content: BinaryIO) -> bool:
        """Keep a file durably; whether its bytes are those of that hash."""

    def file(self, sha256: str) -> Path:
        """Where a file of the backup is; BackupError if it is missing or damaged."""

    def sweep(self, wanted: Container[str]) -> int:
        """Remove every file that is not wanted, and what was left half written; how many."""
