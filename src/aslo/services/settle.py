"""Turn recorded deliveries into work: a build, a check, an amendment, a withdrawal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from aslo import log_context
from aslo.domain.activity import Release, ReleaseState
from aslo.domain.build import Build, BuildState, Restart, RestartWay, build_id
from aslo.domain.delivery import Delivery, ForgeRelease, ReleaseEvent, Verdict
from aslo.domain.version import ActivityVersion
from aslo.ports import Bell, Clock, Forge, Store
from aslo.services import moving, retrying
from aslo.services.check_queue import queue_check
from aslo.services.compare import compare
from aslo.services.survival import survive

REDELIVERY_AFTER = timedelta(seconds=30)
"""A GUID that comes again sooner was sent by two hooks for one event, not asked for again."""

LEFT_ALONE = timedelta(seconds=2)
"""A sweep leaves newer deliveries to the web, for the two would only wait for each other."""

QUEUED_AT_ONCE = (Verdict.BUILD, Verdict.CHECK)
BATCH = 500
KNOWN_BUILDS = 50
QUEUED_TOGETHER = 50
"""Few enough that whoever wants to write meanwhile hardly notices the wait."""


def queue(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    """Queue the build, or the check of a commit, that a delivery asks for; once, however often and
    by whichever GUID it comes.

    A delivery that came again starts an ended build anew if it failed: that is how a developer
    asks for another try.
    """
    if delivery.verdict is Verdict.CHECK:
        queue_check(delivery, store=store, clock=clock)
        return
    if delivery.verdict is not Verdict.BUILD or delivery.content is None:
        return
    known = store.build(delivery.build_id or "")
    if known is None:
        store.add_build(_new(delivery, delivery.content.release, clock))
    elif known.state is BuildState.WITHDRAWN or (
        known.state.may_restart and _asked_again(delivery, clock)
    ):
        _restart_asked(known, delivery, delivery.content.release, store=store, clock=clock)
    elif _looks_again(delivery, known, clock):
        return  # The sweep asks the forge and amends the release; nothing is built.
    store.settle_delivery(delivery.guid)


def at_once(deliveries: Sequence[Delivery], *, store: Store, bell: Bell, clock: Clock) -> None:
    """Queue what was just taken in and ring for it; what goes wrong is left to the sweep."""
    for part in _parts(deliveries):
        # Not before all of them are durable: who hears the bell looks for the build at once.
        for delivery in _queue_all(part, store=store, clock=clock):
            if delivery.build_id is not None:
                with log_context.bound(delivery=delivery.guid, build=delivery.build_id):
                    bell.ring(delivery.build_id)


def sweep(*, store: Store, forge: Forge, clock: Clock) -> bool:
    """Settle what is unsettled, oldest first; False if something went wrong, so that whoever
    asks looks again a while later. What cannot be settled holds up nothing else."""
    unsettled = store.unsettled_deliveries(BATCH)
    waiting = [delivery for delivery in unsettled if not _in_hand(delivery, clock)]
    doubled = _doubled(waiting)
    for guid in doubled:
        store.settle_delivery(guid)
    settle = partial(_settle, store=store, forge=forge, clock=clock)
    left = [delivery for delivery in waiting if delivery.guid not in doubled]
    done = [_survive(settle, delivery) for delivery in left]
    return all(done)


def _parts(deliveries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    for start in range(0, len(deliveries), QUEUED_TOGETHER):
        yield deliveries[start : start + QUEUED_TOGETHER]


def _queue_all(part: Iterable[Delivery], *, store: Store, clock: Clock) -> list[Delivery]:
    """Queue deliveries together, and return those for which it went well."""
    queued: list[Delivery] = []

    def one(delivery: Delivery) -> bool:
        queue(delivery, store=store, clock=clock)
        return True

    def together() -> bool:
        with store.batch():
            queued.extend(each for each in part if _survive(one, each))
        return True

    return queued if survive(together) else []


def _survive(step: Callable[[Delivery], bool], delivery: Delivery) -> bool:
    """Run a step for one delivery of many; what is logged meanwhile names that one."""
    with log_context.bound(delivery=delivery.guid):
        return survive(partial(step, delivery))


def _in_hand(delivery: Delivery, clock: Clock) -> bool:
    """Whether the web that took a delivery in is most likely about to queue it."""
    # Of another machine's clock that runs ahead nothing is concluded.
    young = timedelta() <= clock() - delivery.received_at < LEFT_ALONE
    return delivery.verdict in QUEUED_AT_ONCE and delivery.received_count == 1 and young


def _doubled(waiting: Iterable[Delivery]) -> set[str]:
    """Deliveries with a later one about the same release: the forge is asked what is true now,
    so the last of them does the work of all."""
    last: dict[str | None, str] = {}
    doubled = set()
    for delivery in waiting:
        if delivery.verdict is Verdict.AMEND:
            doubled |= {last[delivery.build_id]} if delivery.build_id in last else set()
            last[delivery.build_id] = delivery.guid
    return doubled


def _settle(delivery: Delivery, *, store: Store, forge: Forge, clock: Clock) -> bool:
    if delivery.verdict is Verdict.CHECK:
        queue_check(delivery, store=store, clock=clock)
        return True
    known = store.build(delivery.build_id or "")
    if delivery.verdict is Verdict.BUILD and not _looks_again(delivery, known, clock):
        # Whoever took it in was cut off before it was queued, or before that was noted.
        queue(delivery, store=store, clock=clock)
    elif delivery.content is None:
        _settle_other(delivery, store=store, forge=forge, clock=clock)
    elif _follow_forge(delivery, delivery.content, store=store, forge=forge, clock=clock):
        store.settle_delivery(delivery.guid)
    return True


def _settle_other(delivery: Delivery, *, store: Store, forge: Forge, clock: Clock) -> None:
    """Do what an event that is about no release asks for."""
    if delivery.verdict is Verdict.RETRY:
        said = retrying.retry_by_comment(delivery, store=store, forge=forge, clock=clock)
        store.settle_delivery(delivery.guid, said)
        return
    if delivery.verdict is Verdict.FORGET:
        forge.forget()
    if delivery.repository is not None:
        moving.follow(delivery.repository, delivery.action, store=store, forge=forge)
    store.settle_delivery(delivery.guid)


def _follow_forge(
    delivery: Delivery, content: ReleaseEvent, *, store: Store, forge: Forge, clock: Clock
) -> bool:
    """Make the record agree with what the forge says now; False while a worker is at it.

    The forge is asked, not the delivery: an old body that comes again must change nothing.
    """
    repository, release_id = content.repository, content.release.id
    if any(build.state is BuildState.RUNNING for build in _of(content, store)):
        return False
    now = forge.release(repository, release_id)
    # Read after the forge has answered, for that took its time.
    builds = _of(content, store)
    if now is None and delivery.verdict is not Verdict.WITHDRAW:
        return True  # Nobody said that it was taken back, so its absence is the forge's trouble.
    agree = partial(_agree, store=store, forge=forge, clock=clock)
    done = [agree(build, delivery, now) for build in builds]
    if now is not None and not now.draft and builds and not _has_tag(builds, now):
        store.add_build(_new(delivery, now, clock))
    return all(done)


def _agree(
    build: Build,
    delivery: Delivery,
    now: ForgeRelease | None,
    *,
    store: Store,
    forge: Forge,
    clock: Clock,
) -> bool:
    """Make one build and its release agree with the forge; False if the build moved meanwhile."""
    if build.state is BuildState.RUNNING:
        return False
    if now is None or now.draft or now.tag != build.release.tag:
        return _withdraw(build, store=store, clock=clock)
    if build.state is BuildState.PUBLISHED:
        _amend(build, now, store=store)
        return compare(build, now, store=store, forge=forge)
    if build.state.may_restart or build.state is BuildState.WITHDRAWN:
        return _restart(build, delivery.guid, now, store=store, clock=clock)
    return True


def _of(content: ReleaseEvent, store: Store) -> list[Build]:
    """The builds of a release of the forge: one for each tag it ever had."""
    return store.builds_of_release(content.repository.id, content.release.id)


def _has_tag(builds: Iterable[Build], now: ForgeRelease) -> bool:
    return any(build.release.tag == now.tag for build in builds)


def _looks_again(delivery: Delivery, known: Build | None, clock: Clock) -> bool:
    """Whether a delivery makes a published pre-release a release, or asks for one that is
    published once more."""
    published = known is not None and known.state is BuildState.PUBLISHED
    return published and (delivery.action == "released" or _asked_again(delivery, clock))


def _asked_again(delivery: Delivery, clock: Clock) -> bool:
    later = clock() - delivery.received_at >= REDELIVERY_AFTER
    return delivery.received_count > 1 and later


def _new(delivery: Delivery, release: ForgeRelease, clock: Clock) -> Build:
    if delivery.content is None:
        raise ValueError(f"delivery {delivery.guid} has nothing to build")
    repository = delivery.content.repository
    return Build(
        id=build_id(repository, release),
        repository=repository,
        release=release,
        delivery_guid=delivery.guid,
        created_at=delivery.received_at,
        not_before=clock(),
        quiet=delivery.quiet,
    )


def _restart_asked(
    build: Build, delivery: Delivery, release: ForgeRelease, *, store: Store, clock: Clock
) -> None:
    """Start a build anew for a delivery that came again, which is noted where it had failed."""
    again = build.restart(clock(), delivery.guid, release)
    asked = Restart(RestartWay.REDELIVERY, clock()) if build.state.may_restart else None
    store.replace_build(build, replace(again, restart_asked=asked))


def _restart(build: Build, guid: str, release: ForgeRelease, *, store: Store, clock: Clock) -> bool:
    return store.replace_build(build, build.restart(clock(), guid, release))


def _withdraw(build: Build, *, store: Store, clock: Clock) -> bool:
    if build.state is not BuildState.WITHDRAWN:
        ended = build.end(BuildState.WITHDRAWN, "The release was taken back on the forge.", clock())
        if not store.replace_build(build, replace(ended, told=build.told)):
            return False
    if (release := release_of(build, store)) is not None:
        store.save_release(replace(release, state=ReleaseState.WITHDRAWN))
        store.announce(release.bundle_id)
        _revive(release, store=store, clock=clock)
    return True


def _revive(gone: Release, *, store: Store, clock: Clock) -> None:
    """Start anew what was passed over because the withdrawn release had the same content."""
    for build in store.recent_builds(KNOWN_BUILDS, gone.bundle_id):
        if build.state is BuildState.SUPERSEDED and build.version == gone.version:
            _restart(build, build.delivery_guid, build.release, store=store, clock=clock)


def _amend(build: Build, now: ForgeRelease, *, store: Store) -> None:
    release = release_of(build, store)
    if release is None:
        return
    amended = replace(release, notes=now.notes, prerelease=now.prerelease)
    if amended != release:
        store.save_release(amended)
        store.announce(release.bundle_id)


def release_of(build: Build, store: Store) -> Release | None:
    """The release that this build, and no other, published."""
    if build.bundle_id is None or build.version is None:
        return None
    found = store.release(build.bundle_id, ActivityVersion.parse(build.version).key)
    return found if found is not None and found.build_id == build.id else None
