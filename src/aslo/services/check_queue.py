"""Queue the check of a commit that a delivery tells of, in place of those that it overtakes."""

from dataclasses import replace

from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.delivery import Delivery
from aslo.ports import Clock, Store

OVERTAKEN = "A later commit of the same branch is checked in its place."
UNSEEN = (BuildState.SUPERSEDED, BuildState.WITHDRAWN)
"""Ends after which nobody knows anything of the commit."""


def queue_check(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    """Queue the check that a delivery asks for, once, however often that commit is told of; a
    check that came to a result is begun anew only if somebody asked for that on the forge."""
    known = store.check(delivery.build_id or "")
    if delivery.head is None:
        _begin_again(known, delivery, store=store, clock=clock)
    elif known is None and delivery.repository is not None:
        _add(delivery, store=store, clock=clock)
    elif known is not None and known.state is BuildState.QUEUED:
        _supersede(known, store=store, clock=clock)
    elif known is not None and known.state in UNSEEN:
        _look_after_all(known, delivery, store=store, clock=clock)
    store.settle_delivery(delivery.guid)


def _begin_again(
    known: CommitCheck | None, delivery: Delivery, *, store: Store, clock: Clock
) -> None:
    # The same delivery again is no second wish.
    if known is not None and known.state.ended and known.delivery_guid != delivery.guid:
        store.replace_check(known, known.restart(clock(), delivery.guid))


def _add(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    check = _new(delivery, clock)
    if _is_overtaken(check, store):
        check = _overtaken(check, clock)
    store.add_check(check)
    _supersede(check, store=store, clock=clock)


def _look_after_all(known: CommitCheck, delivery: Delivery, *, store: Store, clock: Clock) -> None:
    """Check what was passed over, for it is the tip of a branch once more, or of another one."""
    if delivery.head is None or known.ended_at is None or delivery.received_at <= known.ended_at:
        return  # It was known before that end, and is played again.
    again = known.restart(clock(), delivery.guid)
    again = replace(again, head=delivery.head, created_at=delivery.received_at)
    if not _is_overtaken(again, store) and store.replace_check(known, again):
        _supersede(again, store=store, clock=clock)


def _is_overtaken(check: CommitCheck, store: Store) -> bool:
    waiting = store.waiting_checks(check.repository.id, check.head.ref)
    return any(check.is_overtaken_by(each) for each in waiting)


def _supersede(check: CommitCheck, *, store: Store, clock: Clock) -> None:
    """Done once more by whoever comes again after a crash."""
    for each in store.waiting_checks(check.repository.id, check.head.ref):
        if each.is_overtaken_by(check):
            store.replace_check(each, _overtaken(each, clock))


def _overtaken(check: CommitCheck, clock: Clock) -> CommitCheck:
    return check.end(BuildState.SUPERSEDED, OVERTAKEN, clock())


def _new(delivery: Delivery, clock: Clock) -> CommitCheck:
    if delivery.head is None or delivery.repository is None or delivery.build_id is None:
        raise ValueError(f"delivery {delivery.guid} names no commit")
    return CommitCheck(
        id=delivery.build_id,
        repository=delivery.repository,
        delivery_guid=delivery.guid,
        created_at=delivery.received_at,
        not_before=clock(),
        commit=delivery.head.commit,
        head=delivery.head,
    )
