"""Turn recorded deliveries into work: a build, an amendment, a withdrawal."""

from dataclasses import replace

from aslo.domain.activity import ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.delivery import Delivery, ForgeRelease, ReleaseEvent, Verdict
from aslo.domain.version import ActivityVersion
from aslo.ports import Clock, Forge, Store


def queue(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    """Queue the build a delivery asks for; once, however often and by whichever GUID it comes.

    A delivery that came again starts an ended build anew if it failed: that is how a developer
    asks for another try.
    """
    if delivery.verdict is not Verdict.BUILD or delivery.content is None:
        return
    content, known = delivery.content, store.build(delivery.build_id or "")
    if known is None:
        store.add_build(_new(delivery, content, clock))
    elif known.state is BuildState.WITHDRAWN or (
        known.state.may_restart and delivery.received_count > 1
    ):
        _restart(known, delivery, content.release, store=store, clock=clock)
    elif _promotes(delivery, known):
        return  # The sweep amends the release; nothing is built.
    store.settle_delivery(delivery.guid)


def sweep(*, store: Store, forge: Forge, clock: Clock, limit: int = 50) -> int:
    """Settle what is unsettled, oldest first; how many deliveries were settled."""
    return sum(
        _settle(delivery, store=store, forge=forge, clock=clock)
        for delivery in store.unsettled_deliveries(limit)
    )


def _settle(delivery: Delivery, *, store: Store, forge: Forge, clock: Clock) -> bool:
    known = store.build(delivery.build_id or "")
    if delivery.verdict is Verdict.BUILD and not _promotes(delivery, known):
        # Whoever took it in was cut off before it was queued, or before that was noted.
        queue(delivery, store=store, clock=clock)
        return True
    if known is not None and delivery.content is not None:
        if not known.state.ended and delivery.verdict is not Verdict.WITHDRAW:
            return False  # It is being built; the amendment comes after.
        _follow_forge(known, delivery, delivery.content, store=store, forge=forge, clock=clock)
    store.settle_delivery(delivery.guid)
    return True


def _promotes(delivery: Delivery, known: Build | None) -> bool:
    """Whether a delivery makes a published pre-release a release."""
    published = known is not None and known.state is BuildState.PUBLISHED
    return published and delivery.action == "released"


def _follow_forge(
    build: Build,
    delivery: Delivery,
    content: ReleaseEvent,
    *,
    store: Store,
    forge: Forge,
    clock: Clock,
) -> None:
    # The forge is asked, not the delivery: an old body that comes again must change nothing.
    now = forge.release(content.repository, content.release.id)
    if now is None or now.draft:
        _withdraw(build, store=store, clock=clock)
    elif build.state is BuildState.PUBLISHED:
        _amend(build, now, store=store)
    elif build.state.may_restart or build.state is BuildState.WITHDRAWN:
        _restart(build, delivery, now, store=store, clock=clock)


def _new(delivery: Delivery, content: ReleaseEvent, clock: Clock) -> Build:
    return Build(
        id=delivery.build_id or "",
        repository=content.repository,
        release=content.release,
        delivery_guid=delivery.guid,
        created_at=delivery.received_at,
        not_before=clock(),
    )


def _restart(
    build: Build, delivery: Delivery, release: ForgeRelease, *, store: Store, clock: Clock
) -> None:
    store.replace_build(build, build.restart(clock(), delivery.guid, release))


def _withdraw(build: Build, *, store: Store, clock: Clock) -> None:
    ended = build.end(BuildState.WITHDRAWN, "The release was taken back on the forge.", clock())
    # The fence moves, so a worker that still holds the build cannot publish it.
    store.replace_build(build, replace(ended, fence=build.fence + 1, told=build.told))
    _show(build, ReleaseState.WITHDRAWN, store=store)


def _show(build: Build, state: ReleaseState, *, store: Store) -> None:
    if build.bundle_id is None or build.version is None:
        return
    release = store.release(build.bundle_id, ActivityVersion.parse(build.version).key)
    if release is not None and release.build_id == build.id:
        store.save_release(replace(release, state=state))
        store.announce(build.bundle_id)


def _amend(build: Build, now: ForgeRelease, *, store: Store) -> None:
    if build.bundle_id is None or build.version is None:
        return
    release = store.release(build.bundle_id, ActivityVersion.parse(build.version).key)
    if release is None or release.build_id != build.id:
        return
    amended = replace(release, notes=now.notes, prerelease=now.prerelease)
    if amended != release:
        store.save_release(amended)
        store.announce(build.bundle_id)
