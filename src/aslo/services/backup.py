"""Take a snapshot of the whole store while it works, and look whether one is whole."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, cast

from aslo.domain.activity import Activity, Release, StoredFile
from aslo.domain.errors import BackupError, FilesError, NotFoundError
from aslo.ports import Backup, Clock, Files, Item, Snapshot, Store

Watch = Callable[[list[StoredFile]], Iterable[StoredFile]]
"""Gives back the files that it is given, and may show how far their taker is."""


def back_up(
    *, store: Store, files: Files, backup: Backup, clock: Clock, watch: Watch = iter
) -> Snapshot:
    """Take a snapshot, and return it; of the files only what no snapshot has is copied.

    The record is read before the files, and a file is at rest before the record names it: so
    whatever the snapshot names can be copied, however much is published meanwhile.
    """
    with backup.lock():
        taken_at = clock()
        name = _name(taken_at)
        seen = _Seen()
        era = store.era()
        sha256 = backup.write(name, seen.along(store.dump()))
        missing = [
            file.sha256 for file in watch(seen.lacking(backup)) if not _copy(file, files, backup)
        ]
        snapshot = Snapshot(
            name, taken_at, era, sha256, dict(seen.counts), seen.files, tuple(sorted(missing))
        )
        backup.finish(snapshot)
    return snapshot


def thin_out(keep: int, *, backup: Backup) -> int:
    """Keep the newest snapshots alone, and the files that they name; how many files went."""
    with backup.lock():
        found = backup.snapshots()
        for old in found[: max(0, len(found) - keep)]:
            backup.remove(old)
        wanted = {sha256 for snapshot in backup.snapshots() for sha256 in snapshot.files}
        return backup.sweep(wanted)


def damage(snapshot: Snapshot, *, backup: Backup, watch: Watch = iter) -> list[str]:
    """What is not as it was written, after everything was read again."""
    found = []
    try:
        counts = Counter(type(item).__name__ for item in backup.items(snapshot))
        if counts != snapshot.counts:
            found.append(f"the record of {snapshot.name} has {counts}, not {snapshot.counts}")
    except BackupError as error:
        found.append(error.message)
    for file in watch([f for f in snapshot.files.values() if f.sha256 not in snapshot.missing]):
        try:
            backup.file(file.sha256)
        except BackupError as error:
            found.append(error.message)
    return found


@dataclass
class _Seen:
    """What went by on the way from the record into the backup."""

    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, StoredFile] = field(default_factory=dict)

    def along(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            self.counts[type(item).__name__] += 1
            if isinstance(item, Activity | Release):
                self.files |= {file.sha256: file for file in item.files}
            yield item

    def lacking(self, backup: Backup) -> list[StoredFile]:
        return [file for file in self.files.values() if not backup.has(file)]


def _copy(file: StoredFile, files: Files, backup: Backup) -> bool:
    """Whether the file could be copied; one that is away or damaged keeps no other back."""
    try:
        with files.open(file.sha256) as content:
            return backup.add(file.sha256, cast("BinaryIO", _Source(content)))
    except (NotFoundError, FilesError, _UnreadableError):
        return False


class _UnreadableError(Exception):
    """A file at rest broke off: no fault of the backup that was reading it."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Bytes at rest, whose faults are told from those of the place where they are copied to."""

    content: BinaryIO

    def read(self, size: int = -1) -> bytes:
        try:
            return self.content.read(size)
        except (OSError, FilesError) as error:
            raise _UnreadableError from error


def _name(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S-%fZ")
