"""Fill an empty store from a snapshot of a backup."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace

from aslo.domain.errors import BackupError, StoreError, UnfinishedRecordError
from aslo.ports import Backup, Clock, Files, Item, Snapshot, Store, Unreadable
from aslo.services.backup import Watch, damage

SAVE_TRIES = 50


def choose(name: str | None, *, backup: Backup) -> Snapshot:
    """The snapshot of that name, or the newest; BackupError if there is none."""
    known = backup.snapshots()
    if not known:
        raise BackupError("there is no snapshot in this backup")
    if name is None:
        return known[-1]
    found = [snapshot for snapshot in known if snapshot.name == name]
    if not found:
        names = ", ".join(snapshot.name for snapshot in known[-5:])
        raise BackupError(f"there is no snapshot {name!r}; the newest are {names}")
    return found[0]


def restore(
    snapshot: Snapshot,
    *,
    store: Store,
    files: Files,
    backup: Backup,
    clock: Clock,
    watch: Watch = iter,
) -> list[Unreadable]:
    """Fill an empty record and the files, and return what could not be read when it was taken.

    Everything is read before anything is written; BackupError if any of it is damaged, or if
    the record is not empty. The record begins an era of its own, so that catalogs which followed
    what is lost now start over, and for some days each comment is looked for before it is
    written.
    """
    require_empty(store)
    if found := damage(snapshot, backup=backup):
        raise BackupError("; ".join(found[:5]))
    for file in watch([f for f in snapshot.files.values() if f.sha256 not in snapshot.missing]):
        if not files.has(file.sha256):
            files.add(backup.file(file.sha256), file.media_type)
    unreadable: list[Unreadable] = []
    # Before the record is full: whoever is killed between the two would leave one that is served
    # and does not know what it forgot.
    noted = _noted(store, clock)
    store.load(_readable(backup.items(snapshot), unreadable), secrets.token_hex(8))
    if not noted:
        _note(store, clock)
    return unreadable


def require_empty(store: Store) -> None:
    """BackupError if there is anything in the record but what was left of filling it."""
    try:
        kept = next(store.dump(), None)
    except UnfinishedRecordError:
        return  # Filling it empties it first.
    if kept is not None:
        raise BackupError("the record is not empty: name another one, or move this one away")


def _noted(store: Store, clock: Clock) -> bool:
    """Note that the record is restored, unless it must be filled to its end first."""
    try:
        _note(store, clock)
    except UnfinishedRecordError:
        return False
    return True


def _note(store: Store, clock: Clock) -> None:
    for _ in range(SAVE_TRIES):
        if store.save_throttle(replace(store.throttle(), restored_at=clock())):
            return
    raise StoreError(f"somebody changed the record {SAVE_TRIES} times while it was restored")


def _readable(items: Iterable[Item], unreadable: list[Unreadable]) -> Iterator[Item]:
    for item in items:
        if isinstance(item, Unreadable):
            unreadable.append(item)
        else:
            yield item
