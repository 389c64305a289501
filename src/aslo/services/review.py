"""What an operator does about activities that are held: see them, let them in, refuse them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aslo.domain import resemblance
from aslo.domain.activity import Activity, Release, ReleaseState, newest_first
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import NotFoundError
from aslo.ports import Clock, Store
from aslo.services.keeping import save_activity
from aslo.services.lookalike import owner_of


@dataclass(frozen=True, slots=True)
class Held:
    """An activity with releases that wait for a person."""

    activity: Activity
    releases: tuple[Release, ...]
    """The held ones, highest first."""
    owner: str
    """The repository of the activity that it looks like."""


def held(store: Store) -> Iterator[Held]:
    """Every activity that waits for a person, by bundle id."""
    for bundle_id in store.bundle_ids():
        activity = store.activity(bundle_id)
        releases = _held(bundle_id, store)
        if activity is not None and releases:
            yield Held(activity, releases, owner_of(activity.resembles, store))


def admit(bundle_id: str, *, store: Store, clock: Clock) -> tuple[Release, ...]:
    """Let an activity in: its held releases are built once more, which lists them and tells their
    developer. NotFoundError if none is held."""
    activity, _ = _waiting(bundle_id, store)
    save_activity(activity, lambda known: replace(known, resembles=""), store)
    # Read when no more can be held: a version may have been published a moment ago.
    releases = _held(bundle_id, store)
    for build in _builds(releases, store):
        again = build.restart(clock(), build.delivery_guid, build.release)
        store.replace_build(build, again)
    return releases


def refuse(bundle_id: str, *, store: Store, clock: Clock) -> tuple[Release, ...]:
    """Refuse what is held of an activity, and tell its developer; a later release of it is held
    again. NotFoundError if none is held."""
    activity, releases = _waiting(bundle_id, store)
    for build in _builds(releases, store):
        if not _is_refused(build):
            store.replace_build(build, _refused(build, activity, clock))
    for release in releases:
        store.save_release(replace(release, state=ReleaseState.WITHDRAWN))
    store.announce(bundle_id)
    return releases


def _waiting(bundle_id: str, store: Store) -> tuple[Activity, tuple[Release, ...]]:
    activity, releases = store.activity(bundle_id), _held(bundle_id, store)
    if activity is None or not releases:
        raise NotFoundError(f"no release of {bundle_id} is held")
    return activity, releases


def _held(bundle_id: str, store: Store) -> tuple[Release, ...]:
    found = newest_first(store.releases(bundle_id))
    # What is held because its bundle is lost waits for the bundle, not for a person.
    return tuple(each for each in found if each.state is ReleaseState.HELD and not each.lost)


def _builds(releases: tuple[Release, ...], store: Store) -> Iterator[Build]:
    for release in releases:
        build = store.build(release.build_id)
        # One that is in work, or waits to be, lists or holds it by itself.
        if build is not None and build.state.ended:
            yield build


def _is_refused(build: Build) -> bool:
    """Whether somebody refused it already, and was cut off before its release left the lists."""
    return build.state is BuildState.FAILED and resemblance.is_told(build.problems)


def _refused(build: Build, activity: Activity, clock: Clock) -> Build:
    problem = resemblance.refused(activity.bundle_id, activity.resembles)
    outcome = "A person of the store looked at it and refused its bundle id."
    ended = build.end(BuildState.FAILED, outcome, clock(), [problem])
    # A round of its own, for what is told is told once a round.
    return replace(ended, round=build.round + 1, told=False)
