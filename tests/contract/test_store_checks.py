"""What every Store promises about checks of commits: a queue that never meets that of builds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState, StepName
from aslo.domain.errors import StaleClaimError
from aslo.domain.report import ReportKind, ReportState
from fakes.clock import START
from fakes.values import a_build, a_check, a_head, a_report, a_repository

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MANY, FEW = a_repository(1), a_repository(2)


def commit(number):
    return f"{number:040x}"


def add(store, count, repository=MANY, since=START, first=0):
    for number in range(first, first + count):
        at = since + number * timedelta(microseconds=1)
        name = commit(repository.id * 1000 + number)
        store.add_check(a_check(name, repository=repository, created_at=at, not_before=at))


def claim(store, at=START + SECOND, most=1):
    return store.claim_check("worker", at, MINUTE, most)


def end(store, check, at):
    store.save_check(check.end(BuildState.PASSED, "Fine.", at))


def test_a_check_is_kept_once_as_it_is(store):
    check = a_check(head=a_head(pull_request=12, before="b" * 40))
    assert store.add_check(check)
    assert not store.add_check(replace(check, outcome="another"))
    assert store.check(check.id) == check
    assert store.check("nobody") is None


def test_nothing_takes_a_check_for_a_build(store):
    add(store, 2)
    assert store.figures().checks == 2
    found = claim(store)
    end(store, found, START + SECOND)
    assert store.figures().checks == 1
    assert store.build(found.id) is None
    assert store.claim_build("worker", START + MINUTE, MINUTE) is None
    assert store.claimable_builds(START + MINUTE, 9) == []
    assert store.recent_builds(9) == []
    assert store.untold_builds(9) == []
    assert store.next_repository(0) is None
    assert store.ended_builds(START, START + MINUTE) == {}
    assert store.figures().queued == store.figures().running == 0


def test_nothing_takes_a_build_for_a_check(store):
    store.add_build(a_build())
    assert claim(store) is None
    assert store.check("b1") is None
    assert store.claimable_checks(START + MINUTE, 9, 9) == []
    build = store.claim_build("worker", START, MINUTE)
    store.save_build(build.end(BuildState.FAILED, "No.", START))
    assert store.untold_checks(9) == []


def test_a_claim_gives_lease_and_fence(store):
    check = a_check()
    store.add_check(check)
    claimed = claim(store)
    assert claimed.state is BuildState.RUNNING
    assert (claimed.attempt, claimed.fence, claimed.claimed_at) == (1, 1, START + SECOND)
    assert (claimed.lease.owner, claimed.lease.expires_at) == ("worker", START + SECOND + MINUTE)
    assert store.check(check.id) == claimed
    assert claim(store, START - SECOND) is None


def test_a_check_that_must_wait_is_not_claimed_before(store):
    store.add_check(a_check(not_before=START + MINUTE))
    assert claim(store) is None
    assert store.claimable_checks(START, 1, 9) == []
    assert claim(store, START + MINUTE) is not None


def test_of_one_repository_one_check_runs_at_once(store):
    add(store, 3)
    first = claim(store, most=3)
    assert claim(store, most=3) is None
    assert store.claimable_checks(START + SECOND, 3, 9) == []
    end(store, first, START + SECOND)
    second = claim(store, most=3)
    assert (first.commit, second.commit) == (commit(1000), commit(1001))


@pytest.mark.parametrize("most", [1, 2])
def test_of_all_repositories_no_more_run_than_may(store, most):
    for number in range(1, 5):
        add(store, 2, a_repository(number))
    assert len(store.claimable_checks(START + SECOND, most, 9)) == most
    found = [claim(store, most=most) for _ in range(4)]
    assert sum(each is not None for each in found) == most
    assert store.claimable_checks(START + SECOND, most, 9) == []


def test_repositories_take_turns(store):
    add(store, 5, MANY)
    add(store, 2, FEW, START + SECOND)
    order = []
    for number in range(4):
        at = START + (number + 2) * SECOND
        claimed = claim(store, at)
        order.append(claimed.repository.id)
        end(store, claimed, at)
    assert order == [1, 2, 1, 2]


def test_eight_claimants_at_once_keep_to_both_limits(store):
    for number in range(1, 5):
        add(store, 3, a_repository(number))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: claim(store, most=3), range(8)))
    claimed = [each for each in found if each is not None]
    assert len(claimed) == len({each.repository.id for each in claimed}) == 3


def test_a_lost_worker_is_followed_by_another_whatever_else_runs(store):
    add(store, 1)
    add(store, 1, FEW)
    lost = claim(store)
    assert store.claimable_checks(START + SECOND + MINUTE, 1, 9)[0] == lost.id
    again = claim(store, START + SECOND + MINUTE)
    assert (again.id, again.fence, again.attempt) == (lost.id, 2, 2)
    with pytest.raises(StaleClaimError):
        store.save_check(lost.end(BuildState.PASSED, "Late.", START))
    with pytest.raises(StaleClaimError):
        store.renew_check(lost.id, lost.fence, START)


def test_a_heartbeat_prolongs_a_lease_that_a_save_keeps(store):
    add(store, 1)
    claimed = claim(store)
    store.renew_check(claimed.id, claimed.fence, START + 9 * MINUTE)
    store.save_check(claimed.begin(StepName.SOURCE, START))
    assert claim(store, START + 8 * MINUTE) is None
    assert store.check(claimed.id).lease.expires_at == START + 9 * MINUTE


def test_what_is_given_back_leaves_its_seat(store):
    add(store, 2)
    claimed = claim(store)
    store.save_check(claimed.requeue(START + MINUTE, "Later."))
    assert claim(store).commit == commit(1001)


def test_only_what_stands_as_it_did_is_replaced(store):
    check = a_check()
    store.add_check(check)
    claimed = claim(store)
    assert not store.replace_check(check, check.end(BuildState.SUPERSEDED, "Late.", START))
    end(store, claimed, START)
    ended = store.check(check.id)
    assert store.replace_check(ended, ended.restart(START, "again"))
    assert (store.check(check.id).round, store.check(check.id).state) == (2, BuildState.QUEUED)
    assert not store.replace_check(ended, ended)


def test_the_checks_of_a_ref_that_wait_are_found(store):
    add(store, 3)
    add(store, 1, FEW)
    other = a_check("f" * 40, head=a_head("f" * 40, ref="refs/pull/1/head"))
    store.add_check(other)
    running = claim(store)
    waiting = store.waiting_checks(MANY.id, "refs/heads/main")
    assert [each.commit for each in waiting] == [commit(1001), commit(1002)]
    assert store.waiting_checks(MANY.id, "refs/pull/1/head") == [other]
    assert running not in waiting


def test_what_ended_and_was_not_told_is_found_longest_ended_first(store):
    add(store, 1)
    add(store, 1, FEW)
    for minutes in (1, 2):
        end(store, claim(store), START + minutes * MINUTE)
    first, second = store.untold_checks(9)
    assert first.ended_at < second.ended_at
    assert store.untold_checks(1) == [first]
    store.replace_check(first, replace(first, told=True))
    assert store.untold_checks(9) == [second]


def test_reports_of_checks_are_claimed_by_themselves(store):
    early = a_report(id="c1-1-final-check", build_id="c1", kind=ReportKind.FINAL_CHECK, aside=True)
    late = a_report(id="b1-1-final-status", created_at=START + SECOND, not_before=START)
    store.add_report(early)
    store.add_report(late)
    assert store.claim_report("w", START + MINUTE, MINUTE).id == late.id
    assert store.claim_report("w", START + MINUTE, MINUTE) is None
    assert store.claim_report("w", START + MINUTE, MINUTE, aside=True).id == early.id
    store.settle_report(early.id, ReportState.SENT)
    assert store.reports("c1")[0].aside


def test_a_record_is_taken_along_with_its_checks(make_store):
    store, other = make_store(), make_store()
    add(store, 2)
    running = claim(store)
    other.load(store.dump(), "another-era")
    assert other.check(running.id) == running
    assert len(other.waiting_checks(MANY.id, "refs/heads/main")) == 1
    # One from a backup has no seat; it counts all the same, and its lease runs out.
    assert claim(other) is None
    assert claim(other, START + 2 * MINUTE).id == running.id
