"""Hold the record against the files at rest: what is served must be there, byte for byte."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from aslo.domain.activity import Release, ReleaseState, StoredFile
from aslo.domain.errors import NotFoundError
from aslo.domain.finding import Finding
from aslo.ports import Files, Store

PIECE_BYTES = 1024**2
CHANGES_A_LOOK = 500
FEW = 5
"""Of so few bundles nothing is concluded about all of them."""

Tell = Callable[[Finding], None]


class Wholeness(StrEnum):
    """What became of a file at rest."""

    WHOLE = "whole"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is looked at in one turn; None is all there is."""

    activities: int | None = None
    read_bytes: int | None = 0
    """How much of the files is read; 0 asks only whether they are there."""


@dataclass
class _Turn:
    """What a turn has seen so far."""

    files: Files
    bounds: Bounds
    activities: int = 0
    read_bytes: int = 0
    bundles: int = 0
    lost: list[tuple[Release, Wholeness]] = field(default_factory=list)
    found_again: list[Release] = field(default_factory=list)
    pictures: list[tuple[Release, StoredFile, Wholeness]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        most, read = self.bounds.activities, self.bounds.read_bytes
        return (most is not None and self.activities >= most) or bool(
            read and self.read_bytes >= read
        )

    def state(self, file: StoredFile, *, read: bool) -> Wholeness:
        """How a file is; its bytes are read where that is wanted, or allowed by the bounds."""
        if not self.files.has(file.sha256):
            return Wholeness.MISSING
        if not read and self.bounds.read_bytes == 0:
            return Wholeness.WHOLE
        self.read_bytes += file.size_bytes
        return _wholeness(file, self.files)


def look(place: str, bounds: Bounds, *, store: Store, files: Files, tell: Tell) -> str:
    """Look at the files of activities in the order of their changes, from a place on; where to go
    on, empty after the last. A listed release whose bundle is not what it was is held, so that
    no page leads to nothing, and listed again when it is. Where most are away at once, the shelf
    itself is, and nothing is changed. FilesError when it cannot be asked."""
    turn = _Turn(files, bounds)
    revision, known = int(place or 0), set[str]()
    while changes := store.changes(revision, CHANGES_A_LOOK):
        for change in changes:
            if turn.is_over:
                _conclude(turn, store, tell)
                return str(revision)
            revision = change.revision
            if change.bundle_id not in known:
                known.add(change.bundle_id)
                _look_at(change.bundle_id, turn, store)
    _conclude(turn, store, tell)
    return ""


def strangers(*, store: Store, files: Files) -> Iterator[str]:
    """The files at rest that no release, whatever its state, and no activity names: left by a
    worker that died while it published, or of a build that goes on just now."""
    # Before the record is read, so that what is published meanwhile is not taken for one.
    there = set(files.walk())
    revision = 0
    while changes := store.changes(revision, CHANGES_A_LOOK):
        revision = changes[-1].revision
        for bundle_id in {change.bundle_id for change in changes}:
            there -= _named(bundle_id, store)
    yield from sorted(there)


def _named(bundle_id: str, store: Store) -> set[str]:
    activity = store.activity(bundle_id)
    named = {file.sha256 for each in store.releases(bundle_id) for file in each.files}
    return named | {file.sha256 for file in (activity.files if activity else ())}


def _look_at(bundle_id: str, turn: _Turn, store: Store) -> None:
    turn.activities += 1
    for release in store.releases(bundle_id):
        if release.state is ReleaseState.LISTED or _is_lost(release):
            _look_at_bundle(release, turn)
            _look_at_pictures(release, turn)


def _look_at_bundle(release: Release, turn: _Turn) -> None:
    turn.bundles += 1
    # That a file of the name is there again does not say that it is the same.
    state = turn.state(release.bundle, read=_is_lost(release))
    if state is not Wholeness.WHOLE:
        turn.lost.append((release, state))
    elif _is_lost(release):
        turn.found_again.append(release)


def _look_at_pictures(release: Release, turn: _Turn) -> None:
    for file in release.files[1:]:
        state = turn.state(file, read=False)
        if state is not Wholeness.WHOLE:
            turn.pictures.append((release, file, state))


def _wholeness(file: StoredFile, files: Files) -> Wholeness:
    digest = hashlib.sha256()
    try:
        with files.open(file.sha256) as content:
            while piece := content.read(PIECE_BYTES):
                digest.update(piece)
    except NotFoundError:
        return Wholeness.MISSING
    whole = digest.hexdigest() == file.sha256
    return Wholeness.WHOLE if whole else Wholeness.DAMAGED


def _conclude(turn: _Turn, store: Store, tell: Tell) -> None:
    missing = sum(state is Wholeness.MISSING for _, state in turn.lost)
    if turn.bundles >= FEW and missing * 2 > turn.bundles:
        tell(
            Finding(
                f"{missing} of {turn.bundles} bundles are not at rest: see that ASLO_FILES names "
                "the right place and that it is there; nothing is held because of it"
            )
        )
        return
    for release, state in turn.lost:
        _hold(release, state, store, tell)
    for release in turn.found_again:
        _save(replace(release, state=ReleaseState.LISTED, lost=False), store)
        tell(Finding(f"the bundle of {_told(release)} is whole again", "listed again"))
    for release, file, state in turn.pictures:
        cure = "bring it back from a backup, under that name"
        tell(Finding(f"picture {file.sha256} of {_told(release)} is {state}: {cure}"))


def _hold(release: Release, state: Wholeness, store: Store, tell: Tell) -> None:
    what = (
        f"bundle {release.bundle.sha256} of {_told(release)} is {state}: bring it back from a "
        "backup, under that name"
    )
    if _is_lost(release):
        tell(Finding(what))
        return
    _save(replace(release, state=ReleaseState.HELD, lost=True), store)
    tell(Finding(f"{what}; until then it is off the lists"))


def _save(release: Release, store: Store) -> None:
    store.save_release(release)
    store.announce(release.bundle_id)


def _is_lost(release: Release) -> bool:
    """Whether it is off the lists for nothing but its bundle."""
    return release.state is ReleaseState.HELD and release.lost


def _told(release: Release) -> str:
    return f"{release.bundle_id} {release.version}"
