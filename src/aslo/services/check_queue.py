"""Queue the check of a commit that a delivery tells of, in place of those that it overtakes."""

from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.delivery import Delivery
from aslo.ports import Clock, Store

OVERTAKEN = "A later commit of the same branch is checked in its place."


def queue_check(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    """Queue the check that a delivery asks for, once, however often that commit is told of; a
    check that has ended is begun anew only if somebody asked for that on the forge."""
    known = store.check(delivery.build_id or "")
    if delivery.head is None:
        _begin_again(known, delivery, store=store, clock=clock)
    elif known is None and delivery.repository is not None:
        _add(delivery, store=store, clock=clock)
    elif known is not None and known.state is BuildState.QUEUED:
        _supersede(known, store=store, clock=clock)
    store.settle_delivery(delivery.guid)


def _begin_again(
    known: CommitCheck | None, delivery: Delivery, *, store: Store, clock: Clock
) -> None:
    # The same delivery again is no second wish.
    if known is not None and known.state.ended and known.delivery_guid != delivery.guid:
        store.replace_check(known, known.restart(clock(), delivery.guid))


def _add(delivery: Delivery, *, store: Store, clock: Clock) -> None:
    check = _new(delivery, clock)
    waiting = store.waiting_checks(check.repository.id, check.head.ref)
    if any(check.is_overtaken_by(each) for each in waiting):
        check = _overtaken(check, clock)
    store.add_check(check)
    _supersede(check, store=store, clock=clock)


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
