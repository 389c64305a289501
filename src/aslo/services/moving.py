"""Let activities follow their repository: its name, its owner, and whether the world may see it."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from aslo.domain.activity import Activity, Release, ReleaseState, Repository, RepositoryState
from aslo.domain.errors import StoreError
from aslo.ports import Forge, Store
from aslo.services.lookalike import state_of

logger = logging.getLogger(__name__)

SAVE_TRIES = 50


def follow(told: Repository, action: str, *, store: Store, forge: Forge) -> None:
    """Make the activities of a repository agree with what the forge says of it now.

    The delivery says only which repository to ask about, by its number: an old body that comes
    again changes nothing, and a new repository with an old name is another one.
    """
    activities = store.activities_of_repository(told.id)
    if not activities:
        return
    now = forge.repository(told)
    if now is not None:
        for activity in activities:
            _take_place(activity, now.repository, store)
    if _is_closed(now, action):
        _close(activities, store)
    elif now is not None:
        _open(activities, now, store=store, forge=forge)


def _is_closed(now: RepositoryState | None, action: str) -> bool:
    """Whether the owner hid it. Who has no right to see it is told the same as of one that is
    gone; then, and only then, the delivery's own word is taken."""
    return action == "privatized" if now is None else now.private


def _take_place(activity: Activity, place: Repository, store: Store) -> None:
    """Give an activity its repository's present name and owner."""
    if activity.repository == place:
        return
    if activity.repository.owner_id != place.owner_id:
        logger.warning(
            "%s moves from %s to another owner, %s; it is the same repository, so it goes on",
            activity.bundle_id,
            activity.repository.full_name,
            place.full_name,
        )
    _save(activity, place, store)
    store.announce(activity.bundle_id)


def _save(activity: Activity, place: Repository, store: Store) -> None:
    known: Activity | None = activity
    for _ in range(SAVE_TRIES):
        if known is None or known.repository.id != place.id:
            return
        if store.save_activity(replace(known, repository=place)):
            return
        known = store.activity(activity.bundle_id)
    raise StoreError(f"activity {activity.bundle_id} changed {SAVE_TRIES} times under our hands")


def _close(activities: Iterable[Activity], store: Store) -> None:
    """Take every release off the lists; its bytes stay, to be listed again."""
    for release in releases_of(activities, store):
        if release.state is not ReleaseState.WITHDRAWN:
            _change(replace(release, state=ReleaseState.WITHDRAWN, closed=True), store)


def _open(
    activities: Iterable[Activity], now: RepositoryState, *, store: Store, forge: Forge
) -> None:
    """List again what was hidden with its repository, unless it was taken back meanwhile."""
    for activity in activities:
        for release in store.releases(activity.bundle_id):
            if not release.closed:
                continue
            is_there = _is_there(release, now.repository, store=store, forge=forge)
            state = state_of(activity) if is_there else ReleaseState.WITHDRAWN
            _change(replace(release, state=state, closed=False), store)


def _is_there(release: Release, place: Repository, *, store: Store, forge: Forge) -> bool:
    """Whether the forge still shows a release: nobody told us while its repository was hidden."""
    build = store.build(release.build_id)
    found = None if build is None else forge.release(place, build.release.id)
    return found is not None and not found.draft and found.tag == release.tag


def releases_of(activities: Iterable[Activity], store: Store) -> list[Release]:
    """Every release of some activities."""
    return [each for activity in activities for each in store.releases(activity.bundle_id)]


def _change(release: Release, store: Store) -> None:
    store.save_release(release)
    store.announce(release.bundle_id)
