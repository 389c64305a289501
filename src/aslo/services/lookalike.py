"""Hold what may be taken for another's activity, until a person has looked at it."""

import logging
from dataclasses import replace

from aslo.domain import resemblance
from aslo.domain.activity import Activity, ReleaseState, Repository
from aslo.domain.build import Build
from aslo.ports import Clock, Store
from aslo.services.attempt import Attempt
from aslo.services.keeping import save_activity

logger = logging.getLogger(__name__)


def look_at(activity: Activity, attempt: Attempt[Build], store: Store) -> Activity:
    """The activity as it is to be published: one without any release whose bundle id looks like
    another repository's is marked, and its developer is told."""
    if not activity.resembles and not store.releases(activity.bundle_id):
        activity = _marked(activity, _resembled(activity, store), store)
    if activity.resembles:
        logger.warning("%s is held: it looks like %s", activity.bundle_id, activity.resembles)
        owner = owner_of(activity.resembles, store)
        attempt.warn(resemblance.held(activity.bundle_id, activity.resembles, owner))
    return activity


def state_of(activity: Activity) -> ReleaseState:
    """Whether learners may see the releases of an activity."""
    return ReleaseState.HELD if activity.resembles else ReleaseState.LISTED


def go_on(held: Build, *, store: Store, clock: Clock) -> bool:
    """Build once more what a person let in while it was held; whether it was."""
    # Who lets in looks at builds after its word, and this at the word after the build's end: one
    # of them sees the other.
    activity = store.activity(held.bundle_id or "")
    if activity is None or activity.resembles:
        return False
    return store.replace_build(held, held.restart(clock(), held.delivery_guid, held.release))


def owner_of(bundle_id: str, store: Store) -> str:
    """The name of the repository that a bundle id belongs to."""
    activity = store.activity(bundle_id)
    return "" if activity is None else activity.repository.full_name


def _marked(activity: Activity, resembles: str, store: Store) -> Activity:
    if not resembles:
        return activity
    save_activity(activity, lambda known: replace(known, resembles=resembles), store)
    return store.activity(activity.bundle_id) or activity


def _resembled(activity: Activity, store: Store) -> str:
    """The bundle id of another repository that this one may be taken for; empty if there is
    none. One that is held itself is nobody's to be taken for."""
    for bundle_id in resemblance.similar(activity.bundle_id, store.bundle_ids()):
        other = store.activity(bundle_id)
        if other is not None and _is_others(other, activity.repository):
            return bundle_id
    return ""


def _is_others(other: Activity, repository: Repository) -> bool:
    return not other.resembles and not other.repository.is_same(repository)
