"""Hold the record against the files at rest: what is served must be there, byte for byte."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from aslo.domain.activity import Release, ReleaseState, StoredFile
from aslo.domain.discrepancy import Discrepancy
from aslo.domain.errors import MalformedDocumentError, NotFoundError
from aslo.ports import Files, Store
from aslo.services.lookalike import state_of

PIECE_BYTES = 1024**2
CHANGES_A_LOOK = 500
FEW = 5
"""Of so few bundles nothing is concluded about all of them."""

Tell = Callable[[Discrepancy], None]


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
    activities: set[str] = field(default_factory=set)
    read_bytes: int = 0
    bundles: int = 0
    lost: list[tuple[Release, Wholeness]] = field(default_factory=list)
    found_again: list[Release] = field(default_factory=list)
    pictures: list[tuple[Release, StoredFile, Wholeness]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        most, read = self.bounds.activities, self.bounds.read_bytes
        return (most is not None and len(self.activities) >= most) or bool(
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
    further = ""
    for place_there, bundle_id, release in _places(place, store):
        if turn.is_over:
            further = place_there
            break
        _look_at(bundle_id, release, turn, tell)
    _conclude(turn, store, tell)
    return further


def _places(place: str, store: Store) -> Iterator[tuple[str, str, Release | None]]:
    """The releases from a place on, each with the place that leads to it: a revision, and the key
    of its version. None where a row of the activity cannot be read."""
    revision, _, begun = place.partition(" ")
    for before, bundle_id in _changed(int(revision or 0), store):
        for release in _releases(bundle_id, store):
            key = "" if release is None else release.version_key
            if release is None or key >= begun:
                yield f"{before} {key}", bundle_id, release
        begun = ""


def _changed(revision: int, store: Store) -> Iterator[tuple[int, str]]:
    """The activities that changed behind a revision, each once, with the revision before."""
    known = set[str]()
    while changes := store.changes(revision, CHANGES_A_LOOK):
        for change in changes:
            if change.bundle_id not in known:
                known.add(change.bundle_id)
                yield revision, change.bundle_id
            revision = change.revision


def _releases(bundle_id: str, store: Store) -> list[Release] | list[None]:
    """The releases of an activity in one order; only None where one of its rows cannot be read."""
    try:
        return sorted(store.releases(bundle_id), key=lambda release: release.version_key)
    except MalformedDocumentError:
        return [None]


def strangers(*, store: Store, files: Files) -> Iterator[str]:
    """The files at rest that no release, whatever its state, and no activity names: left by a
    worker that died while it published, or of a build that goes on just now."""
    # Before the record is read, so that what is published meanwhile is not taken for one.
    there = set(files.walk())
    for _, bundle_id in _changed(0, store):
        there -= _named(bundle_id, store)
    yield from sorted(there)


def _named(bundle_id: str, store: Store) -> set[str]:
    activity = store.activity(bundle_id)
    named = {file.sha256 for each in store.releases(bundle_id) for file in each.files}
    return named | {file.sha256 for file in (activity.files if activity else ())}


def _look_at(bundle_id: str, release: Release | None, turn: _Turn, tell: Tell) -> None:
    turn.activities.add(bundle_id)
    if release is None:
        tell(Discrepancy(f"a release of {bundle_id} cannot be read: bring the record back"))
    elif release.state is ReleaseState.LISTED or _is_lost(release):
        _look_at_bundle(release, turn)
        _look_at_pictures(release, turn)


def _look_at_bundle(release: Release, turn: _Turn) -> None:
    turn.bundles += 1
    # That a file of the name is there again does not say that it is the same.
    state = turn.state(release.bundle, read=release.lost)
    if state is not Wholeness.WHOLE:
        turn.lost.append((release, state))
    elif release.lost:
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
    except OSError:
        return Wholeness.DAMAGED  # The disk cannot give them back.
    whole = digest.hexdigest() == file.sha256
    return Wholeness.WHOLE if whole else Wholeness.DAMAGED


def _conclude(turn: _Turn, store: Store, tell: Tell) -> None:
    if _is_away(turn, store):
        tell(
            Discrepancy(
                f"{len(turn.lost)} of {turn.bundles} bundles are not at rest as they were: see "
                "that ASLO_FILES names the right place and that it is there; nothing is held "
                "because of it"
            )
        )
        return
    for release, state in turn.lost:
        _hold(release, state, store, tell)
    for release in turn.found_again:
        _list_again(release, store, tell)
    for release, file, state in turn.pictures:
        cure = "bring it back from a backup, under that name"
        tell(Discrepancy(f"picture {file.sha256} of {_told(release)} is {state}: {cure}"))


def _is_away(turn: _Turn, store: Store) -> bool:
    """Whether so much is lost that the shelf itself must be away. Where a turn saw too few bundles
    to tell, others are looked at, from the beginning."""
    if turn.lost and turn.bundles < FEW:
        seen = {each.bundle.sha256 for each, _ in turn.lost}
        others = _Turn(turn.files, Bounds())
        for _, bundle_id, release in _places("", store):
            if others.bundles + turn.bundles >= 2 * FEW:
                break
            _look_at(bundle_id, release, others, lambda _: None)
        lost = [each for each, _ in others.lost if each.bundle.sha256 not in seen]
        bundles = max(turn.bundles, others.bundles)
        return bundles >= FEW and (len(lost) + len(seen)) * 2 > bundles
    return turn.bundles >= FEW and len(turn.lost) * 2 > turn.bundles


def _hold(seen: Release, state: Wholeness, store: Store, tell: Tell) -> None:
    what = (
        f"bundle {seen.bundle.sha256} of {_told(seen)} is {state}: bring it back from a backup, "
        "under that name"
    )
    # As it is now: reading took its time, and what was taken back meanwhile stays so.
    release = store.release(seen.bundle_id, seen.version_key)
    if release is None or not (release.state is ReleaseState.LISTED or _is_lost(release)):
        return
    if not _is_lost(release):
        what += "; until then it is off the lists"
        store.save_release(replace(release, state=ReleaseState.HELD, lost=True))
    # Each time, for whoever held it may have died before it could say so.
    store.announce(release.bundle_id)
    tell(Discrepancy(what))


def _list_again(seen: Release, store: Store, tell: Tell) -> None:
    release = store.release(seen.bundle_id, seen.version_key)
    if release is None or release.state is ReleaseState.WITHDRAWN or not release.lost:
        return
    activity = store.activity(release.bundle_id)
    # What waits for a person, too, goes on waiting.
    state = ReleaseState.LISTED if activity is None else state_of(activity)
    # Still marked, so that it is done again if this dies before it is announced.
    store.save_release(replace(release, state=state))
    store.announce(release.bundle_id)
    store.save_release(replace(release, state=state, lost=False))
    done = "listed again" if state is ReleaseState.LISTED else "held, as its activity is"
    tell(Discrepancy(f"the bundle of {_told(release)} is whole again", done))


def _is_lost(release: Release) -> bool:
    """Whether it is off the lists for nothing but its bundle."""
    return release.state is ReleaseState.HELD and release.lost


def _told(release: Release) -> str:
    return f"{release.bundle_id} {release.version}"
