"""Which checks wait, and which are begun again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.delivery import DeliveryState
from aslo.services import settle
from fakes.clock import START
from fakes.values import a_check, a_head, a_push

FIRST, SECOND, THIRD = ("1" * 40, "2" * 40, "3" * 40)
LEASE = timedelta(minutes=1)


@pytest.fixture
def push(world):
    """Take in a push, a second after the one before."""
    taken = []

    def call(commit, guid=None, **head):
        at = START + timedelta(seconds=len(taken))
        taken.append(commit)
        changes = {"head": a_head(commit, **head), "received_at": at}
        delivery = world.store.add_delivery(a_push(guid or f"g{len(taken)}", commit, **changes))
        world.settle(delivery)
        return delivery

    return call


@pytest.fixture
def states(world):
    def call():
        checks = sorted(world.store.known_checks.values(), key=lambda check: check.commit)
        return [check.state for check in checks]

    return call


def end(world, state=BuildState.PASSED):
    claimed = world.store.claim_check("w", world.clock(), LEASE, 1)
    world.store.save_check(claimed.end(state, "So.", world.clock()))
    return claimed


def test_a_later_push_supersedes_what_waits_of_the_same_branch(world, push, states):
    world.clock.tick(60)
    push(FIRST)
    push(SECOND)
    assert states() == [BuildState.SUPERSEDED, BuildState.QUEUED]


def test_what_runs_comes_to_its_end(world, push, states):
    push(FIRST)
    world.clock.tick(60)
    world.store.claim_check("w", world.clock(), LEASE, 1)
    push(SECOND)
    assert states() == [BuildState.RUNNING, BuildState.QUEUED]


def test_branches_do_not_supersede_one_another(push, states):
    push(FIRST)
    push(SECOND, ref="refs/heads/other")
    assert states() == [BuildState.QUEUED, BuildState.QUEUED]


def test_a_push_that_is_told_of_late_gives_way_to_the_one_that_followed_it(push, states):
    push(SECOND, before=FIRST)
    push(FIRST)
    assert states() == [BuildState.SUPERSEDED, BuildState.QUEUED]


def test_a_commit_is_checked_once_however_often_it_is_told_of(world, push, states):
    push(FIRST)
    push(FIRST, guid="another")
    push(FIRST, guid="g1")
    assert states() == [BuildState.QUEUED]
    end(world)
    push(FIRST, guid="late", pull_request=12)
    assert states() == [BuildState.PASSED]
    assert world.store.unsettled_deliveries(9) == []


def test_an_old_push_that_is_played_again_supersedes_nothing(world, push, states):
    old = push(FIRST)
    end(world)
    push(SECOND)
    world.settle(world.store.add_delivery(old))
    assert states() == [BuildState.PASSED, BuildState.QUEUED]


@pytest.mark.parametrize(
    "state", [BuildState.PASSED, BuildState.FAILED, BuildState.ERRORED, BuildState.WITHDRAWN]
)
def test_a_check_that_is_asked_for_again_has_a_new_round(world, push, state):
    push(FIRST)
    end(world, state)

    asked = a_push("again", FIRST, head=None, event="check_run", action="rerequested")
    for _ in range(2):
        world.settle(world.store.add_delivery(asked))

    [check] = world.store.known_checks.values()
    assert (check.state, check.round, check.attempt, check.problems) == (
        BuildState.QUEUED, 2, 0, (),
    )  # fmt: skip
    end(world)
    world.settle(world.store.add_delivery(asked))
    [check] = world.store.known_checks.values()
    assert (check.state, check.round) == (BuildState.PASSED, 2)


@pytest.mark.parametrize("head", [{}, {"ref": "refs/heads/other"}])
def test_a_commit_that_was_passed_over_is_checked_when_a_branch_is_set_back_to_it(
    world, push, states, head
):
    push(FIRST)
    push(SECOND, before=FIRST)
    world.clock.tick(60)
    later = a_push("back", FIRST, head=a_head(FIRST, before=SECOND, **head))
    later = replace(later, received_at=world.clock())

    world.settle(world.store.add_delivery(later))

    # What the branch was set back from is not its tip any more; that of another one still is.
    left = BuildState.QUEUED if head else BuildState.SUPERSEDED
    assert states() == [BuildState.QUEUED, left]
    check = world.store.check(later.build_id)
    assert (check.round, check.head, check.delivery_guid) == (2, later.head, "back")


def test_a_commit_that_was_passed_over_stays_so_when_old_news_of_it_come_again(world, push, states):
    push(FIRST)
    push(FIRST, guid="of its pull request", pull_request=12)
    world.clock.tick(60)
    push(SECOND, before=FIRST)
    for guid in ("g1", "of its pull request"):
        world.settle(world.store.known_deliveries[guid])
    late = replace(a_push("late", FIRST), received_at=world.clock() + LEASE)
    world.settle(world.store.add_delivery(late))
    assert states() == [BuildState.SUPERSEDED, BuildState.QUEUED]


def test_what_was_never_checked_or_still_is_needs_no_second_wish(world, push, states):
    world.settle(world.store.add_delivery(a_push("again", FIRST, head=None)))
    assert states() == []
    push(FIRST)
    world.settle(world.store.add_delivery(a_push("more", FIRST, head=None)))
    assert states() == [BuildState.QUEUED]
    assert world.store.known_deliveries["again"].state is DeliveryState.SETTLED


def test_what_the_web_could_not_queue_is_queued_by_the_sweep(world, states):
    world.store.add_delivery(a_push("one", FIRST))
    world.clock.tick(60)
    world.store.add_check(a_check(SECOND, head=a_head(SECOND), created_at=START - LEASE))

    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)

    assert states() == [BuildState.QUEUED, BuildState.SUPERSEDED]
    assert world.store.unsettled_deliveries(9) == []


def test_a_crash_before_the_older_is_superseded_is_made_good(world, push, states):
    push(FIRST)
    later = a_push("g2", SECOND, received_at=START + LEASE)
    check = a_check(SECOND, head=a_head(SECOND), created_at=later.received_at)
    world.store.add_check(check)
    world.settle(world.store.add_delivery(later))
    assert states() == [BuildState.SUPERSEDED, BuildState.QUEUED]
