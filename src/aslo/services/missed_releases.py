"""Find by looking at the forge what no delivery told of: releases, edits, and what is gone."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from aslo.domain.activity import Release, ReleaseState, Repository, RepositoryState
from aslo.domain.build import Build, BuildState, build_id
from aslo.domain.delivery import (
    Delivery,
    DeliveryState,
    ForgeRelease,
    ReleaseEvent,
    ReleaseList,
    Verdict,
    judge,
)
from aslo.domain.discrepancy import Discrepancy
from aslo.domain.errors import (
    ForgeError,
    ForgeLimitError,
    MalformedDocumentError,
    NotFoundError,
)
from aslo.ports import Bell, Clock, Forge, Store
from aslo.services import settle
from aslo.services.moving import releases_of

logger = logging.getLogger(__name__)

A_TURN = 40
"""Repositories, two questions for each: a thousand an hour of GitHub's five thousand."""
EVER = datetime.min.replace(tzinfo=UTC)
FAILURES = 3
"""After so many in a row the forge is most likely away."""

Tell = Callable[[Discrepancy], None]


class Missing(StrEnum):
    """Which of the releases that nobody told of."""

    NEWEST = "newest"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Missed:
    """What the forge must have told, and nobody heard."""

    event: str
    action: str
    repository: Repository
    release: ForgeRelease | None = None

    def __str__(self) -> str:
        what = f"release {self.release.tag}" if self.release else "the repository"
        return f"{what} of {self.repository.full_name}, {self.action}"


def look(
    place: str,
    most: int,
    since: datetime,
    *,
    store: Store,
    forge: Forge,
    bell: Bell,
    clock: Clock,
    tell: Tell,
) -> str:
    """Look at so many repositories that builds are of, and take in what was missed as if it had
    been delivered; where to go on, empty after the last. Releases from before `since` are not
    begun: they may be from before this store."""
    failed = 0
    for _ in range(most):
        repository = store.next_repository(int(place or 0))
        if repository is None:
            return ""
        try:
            missed = list(_missed(repository, since, store=store, forge=forge))
        except ForgeLimitError as error:
            tell(Discrepancy(f"{repository.full_name} was not looked at: {error}"))
            return place
        except (ForgeError, MalformedDocumentError) as error:
            failed += 1
            tell(Discrepancy(f"{repository.full_name} could not be looked at: {error}"))
            if failed == FAILURES:
                return place
        else:
            failed = 0
            _take_in(missed, store=store, bell=bell, clock=clock, tell=tell)
        place = str(repository.id)
    return place


def replay(
    repository: Repository,
    which: Missing,
    *,
    store: Store,
    forge: Forge,
    bell: Bell,
    clock: Clock,
    tell: Tell,
) -> int:
    """Take in the newest release of a repository that nobody told of, or every one of them,
    oldest first, however old they are; how many. What else was missed of it is taken in with
    them. ForgeError if the forge cannot be asked."""
    missed = list(_missed(repository, EVER, store=store, forge=forge))
    new = [each for each in missed if each.release and each.action == "published"]
    left = new[:-1] if which is Missing.NEWEST else []
    _take_in([e for e in missed if e not in left], store=store, bell=bell, clock=clock, tell=tell)
    return len(new) - len(left)


def _take_in(
    missed: Sequence[Missed], *, store: Store, bell: Bell, clock: Clock, tell: Tell
) -> None:
    """Record what was missed, oldest first, and queue what is to be built of it."""
    kept = [store.add_delivery(_delivery(each, clock())) for each in missed]
    wanted = [each for each in kept if each.verdict is Verdict.BUILD]
    settle.at_once(wanted, store=store, bell=bell, clock=clock)
    for each, delivery in zip(missed, kept, strict=True):
        tell(Discrepancy(f"nobody told of {each}", f"taken in as delivery {delivery.guid}"))


def _missed(known: Repository, since: datetime, *, store: Store, forge: Forge) -> Iterator[Missed]:
    try:
        state = forge.repository(known)
        if state is None:
            return  # Gone, or hidden from us: what was published stays as it is.
        yield from _moved(state, store)
        if state.private:
            return
        listing = forge.releases(state.repository)
    except NotFoundError:
        return
    yield from _unknown(state.repository, listing, since, store)
    yield from _vanished(state.repository, listing, store)


def _moved(state: RepositoryState, store: Store) -> Iterator[Missed]:
    """What was not told of the repository itself."""
    activities = store.activities_of_repository(state.repository.id)
    known = {activity.repository for activity in activities}
    closed = any(each.closed for each in releases_of(activities, store))
    if any(each.owner_id != state.repository.owner_id for each in known):
        yield Missed("repository", "transferred", state.repository)
    elif any(each.full_name != state.repository.full_name for each in known):
        yield Missed("repository", "renamed", state.repository)
    if state.private and any(_is_here(each) for each in releases_of(activities, store)):
        yield Missed("repository", "privatized", state.repository)
    elif closed and not state.private:
        yield Missed("repository", "publicized", state.repository)


def _unknown(
    repository: Repository, listing: ReleaseList, since: datetime, store: Store
) -> Iterator[Missed]:
    """What was not told of releases that are there, the first published first."""
    published = [each for each in listing.releases if each.published_at and not each.draft]
    for release in sorted(published, key=lambda each: (each.published_at or since, each.id)):
        builds = store.builds_of_release(repository.id, release.id)
        if action := _action(release, builds, since, store):
            yield Missed("release", action, repository, release)


def _action(
    release: ForgeRelease, builds: Sequence[Build], since: datetime, store: Store
) -> str | None:
    """What the forge must have told of a release, if anything."""
    if not builds:
        return "published" if release.published_at and release.published_at >= since else None
    same = next((build for build in builds if build.release.tag == release.tag), None)
    if same is None:
        return "edited"
    if same.state is BuildState.WITHDRAWN:
        return "published"
    stored = settle.release_of(same, store) if same.state is BuildState.PUBLISHED else None
    if stored is None or stored.state is ReleaseState.WITHDRAWN:
        return None
    as_told = stored.notes, stored.prerelease
    return None if as_told == (release.notes, release.prerelease) else "edited"


def _vanished(repository: Repository, listing: ReleaseList, store: Store) -> Iterator[Missed]:
    """What was not told of releases that are not there any more, or drafts again."""
    there = {each.id for each in listing.releases if not each.draft}
    drafts = {each.id for each in listing.releases if each.draft}
    for stored in releases_of(store.activities_of_repository(repository.id), store):
        build = store.build(stored.build_id) if _is_here(stored) else None
        if build is None or build.repository.id != repository.id or build.release.id in there:
            continue
        if listing.is_whole or build.release.id in drafts:
            yield Missed("release", "deleted", repository, build.release)


def _delivery(missed: Missed, at: datetime) -> Delivery:
    """What the forge would have delivered; found once more as it is, it has the same GUID."""
    repository, release = missed.repository, missed.release
    content = None if release is None else ReleaseEvent(missed.action, repository, release)
    verdict, reason = judge(missed.event, missed.action, content)
    digest = hashlib.sha256(repr(missed).encode(errors="replace")).hexdigest()
    return Delivery(
        guid=f"reconcile-{digest[:40]}",
        event=missed.event,
        action=missed.action,
        received_at=at,
        verdict=verdict,
        reason=f"nobody told of it, it was found by looking: {reason}",
        state=DeliveryState.ACCEPTED,
        body_sha256=digest,
        build_id=None if release is None else build_id(repository, release),
        content=content,
        repository=None if release else repository,
    )


def _is_here(release: Release) -> bool:
    """Whether it is listed, or will be again: what is held comes back some day."""
    return release.state is not ReleaseState.WITHDRAWN
