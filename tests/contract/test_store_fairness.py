"""What every Store promises about whose build is taken next (aslo.domain.fairness)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.fairness import MOST_AT_ONCE
from fakes.clock import START
from fakes.values import a_build, a_forge_release, a_repository

pytestmark = pytest.mark.case("T13")

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MANY, FEW = a_repository(1), a_repository(2)
LONG_AGO = START - timedelta(days=1)


def add(store, repository, count, since=START):
    for number in range(count):
        at = since + number * timedelta(microseconds=1)
        name = f"{repository.id}-{number:03}"
        store.add_build(a_build(name, repository=repository, created_at=at, not_before=at))


def claim(store, at):
    return store.claim_build("w", at, MINUTE)


def end(store, build, at):
    store.save_build(build.end(BuildState.FAILED, "No.", at))


def test_no_more_than_two_builds_of_one_repository_run_at_once(store):
    add(store, MANY, 5)
    first, second = claim(store, START + SECOND), claim(store, START + SECOND)
    assert [first.id, second.id] == ["1-000", "1-001"]
    assert claim(store, START + SECOND) is None
    assert store.claimable_builds(START + SECOND, 9) == []

    end(store, second, START + SECOND)

    assert store.claimable_builds(START + SECOND, 9) == ["1-002"]
    assert claim(store, START + SECOND).id == "1-002"
    assert claim(store, START + SECOND) is None


def test_what_was_given_back_or_taken_back_leaves_its_place(store):
    add(store, MANY, 4)
    first, second = claim(store, START + SECOND), claim(store, START + SECOND)
    store.save_build(first.requeue(START + MINUTE, "The forge is away."))
    assert claim(store, START + SECOND).id == "1-002"
    assert claim(store, START + SECOND) is None
    withdrawn = second.end(BuildState.WITHDRAWN, "Taken back.", START)
    assert store.replace_build(second, withdrawn)
    assert claim(store, START + SECOND).id == "1-003"


def test_a_build_keeps_its_place_while_it_is_saved_and_renewed(store):
    add(store, MANY, 3)
    for build in (claim(store, START + SECOND), claim(store, START + SECOND)):
        store.save_build(replace(build, outcome="half done"))
        store.renew_build(build.id, build.fence, START + 9 * MINUTE)
    assert claim(store, START + MINUTE) is None


def test_a_build_whose_worker_died_goes_first_and_keeps_its_place(store):
    add(store, MANY, 3)
    for _ in range(2):
        claim(store, START + SECOND)
    add(store, FEW, 1, since=LONG_AGO)
    late = START + 2 * MINUTE
    assert store.claimable_builds(late, 9) == ["1-000", "1-001", "2-000"]
    claims = [claim(store, late) for _ in range(4)]
    assert [build and build.id for build in claims] == ["1-000", "1-001", "2-000", None]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_another_repository_waits_for_no_more_than_the_builds_that_run(store, workers):
    add(store, MANY, 100)
    now = START + MINUTE
    running = [build for _ in range(workers) if (build := claim(store, now))]
    add(store, FEW, 1, since=now + SECOND)
    ended = 0
    while "2-000" not in [build.id for build in running]:
        now += MINUTE / 2
        if len(running) == workers:
            end(store, running.pop(0), now)
            ended += 1
        running += [build] if (build := claim(store, now)) else []
    # One worker alone may have begun one more: whose turn it was was settled by who came first.
    assert ended <= {1: 2, 2: 1, 3: 0}[workers]


def test_two_that_release_much_take_turns(store):
    add(store, MANY, 20)
    add(store, FEW, 20, since=START + SECOND)
    taken = []
    for number in range(12):
        build = claim(store, START + MINUTE + number * SECOND)
        taken.append(build.repository.id)
        end(store, build, START + MINUTE + number * SECOND)
    assert taken == [1, 2] * 6


def test_whoever_waits_is_not_passed_by_those_who_come_later(store):
    # Each of these was never served before, and MANY was.
    add(store, MANY, 3)
    end(store, claim(store, START + SECOND), START + SECOND)
    for number in range(10, 20):
        add(store, a_repository(number), 1, since=START + MINUTE)
    assert claim(store, START + 2 * MINUTE).id == "1-001"


def test_a_restart_does_not_make_a_repository_forget_that_it_was_served(store):
    add(store, MANY, 1)
    build = claim(store, START + MINUTE)
    ended = build.end(BuildState.FAILED, "No.", START + MINUTE)
    store.save_build(ended)
    assert store.replace_build(ended, ended.restart(START, "again", a_forge_release()))
    add(store, FEW, 1, since=START + SECOND)
    assert claim(store, START + 2 * MINUTE).repository.id == FEW.id


def test_of_twenty_that_claim_at_once_two_get_a_build_of_a_repository(store):
    add(store, MANY, 30)
    add(store, FEW, 1)
    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(lambda _: claim(store, START + SECOND), range(20)))
    got = Counter(build.repository.id for build in claims if build)
    assert got == {MANY.id: MOST_AT_ONCE, FEW.id: 1}
