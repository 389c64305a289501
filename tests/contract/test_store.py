"""What every Store promises (aslo.ports.Store), one promise a test."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from aslo.domain.activity import Change, Developer, ReleaseState
from aslo.domain.build import Build, BuildState, Restart, RestartWay, StepName
from aslo.domain.delivery import DeliveryState, Verdict
from aslo.domain.errors import ForgeLimitError, NotFoundError, StaleClaimError
from aslo.domain.problem import Problem
from aslo.domain.report import ReportKind, ReportState
from aslo.domain.throttle import A_MINUTE, Throttle
from aslo.ports import Store
from aslo.services import pacing
from fakes.clock import START
from fakes.values import (
    a_build,
    a_delivery,
    a_file,
    a_forge_release,
    a_release,
    a_report,
    a_repository,
    an_activity,
)

MINUTE = timedelta(minutes=1)
LATER = START + timedelta(hours=1)
R = TypeVar("R")


def at_once(times: int, call: Callable[[int], R]) -> list[R]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def claimed(store: Store, **changes: object) -> Build:
    store.add_build(a_build(**changes))
    build = store.claim_build("worker", START, MINUTE)
    assert build is not None
    return build


# deliveries


def test_a_new_delivery_is_kept_as_it_is(store):
    delivery = a_delivery()
    assert store.add_delivery(delivery) == delivery
    assert store.delivery(delivery.guid) == delivery


def test_an_unknown_guid_gives_nothing(store):
    assert store.delivery("nobody") is None


def test_a_known_guid_is_counted_and_otherwise_unchanged(store):
    store.add_delivery(a_delivery())
    again = store.add_delivery(a_delivery(reason="another", received_at=LATER))
    assert again == a_delivery(received_count=2)
    assert store.delivery(again.guid) == again


def test_a_settled_delivery_that_comes_again_is_unsettled(store):
    store.add_delivery(a_delivery())
    store.settle_delivery(a_delivery().guid)
    again = store.add_delivery(a_delivery())
    assert again == a_delivery(received_count=2, state=DeliveryState.ACCEPTED)
    assert store.unsettled_deliveries(9) == [again]


def test_an_ignored_delivery_that_comes_again_stays_ignored(store):
    ignored = a_delivery(state=DeliveryState.IGNORED, content=None)
    store.add_delivery(ignored)
    assert store.add_delivery(ignored) == replace(ignored, received_count=2)
    assert store.unsettled_deliveries(9) == []


@pytest.mark.case("D02", "T06")
def test_fifty_deliveries_of_one_guid_at_once_are_one_row_counted_fifty_times(store):
    counts = [d.received_count for d in at_once(50, lambda _: store.add_delivery(a_delivery()))]
    assert sorted(counts) == list(range(1, 51))
    assert len(store.unsettled_deliveries(100)) == 1


def test_unsettled_deliveries_come_oldest_first(store):
    for guid, minutes in (("late", 3), ("early", 1), ("middle", 2)):
        store.add_delivery(a_delivery(guid, received_at=START + minutes * MINUTE))
    assert [d.guid for d in store.unsettled_deliveries(2)] == ["early", "middle"]


def test_a_fraction_of_a_second_is_later_than_none(store):
    store.add_delivery(a_delivery("a", received_at=START + timedelta(microseconds=1)))
    store.add_delivery(a_delivery("b", received_at=START))
    assert [d.guid for d in store.unsettled_deliveries(9)] == ["b", "a"]


def test_a_settled_delivery_is_no_longer_unsettled(store):
    store.add_delivery(a_delivery())
    store.settle_delivery(a_delivery().guid)
    assert store.unsettled_deliveries(9) == []
    assert store.delivery(a_delivery().guid) == a_delivery(state=DeliveryState.SETTLED)


def test_what_came_of_a_delivery_can_be_kept_with_its_settling(store):
    store.add_delivery(a_delivery())
    store.settle_delivery(a_delivery().guid, "It was looked into.")
    store.settle_delivery(a_delivery().guid, "Too late.")
    settled = a_delivery(state=DeliveryState.SETTLED, reason="It was looked into.")
    assert store.delivery(a_delivery().guid) == settled


def test_a_delivery_about_a_comment_is_kept_as_it_is(store):
    told = a_delivery(verdict=Verdict.RETRY, content=None, build_id=None, comment_id=2**40)
    store.add_delivery(told)
    assert store.delivery(told.guid) == told


def test_settling_leaves_an_ignored_delivery_and_an_unknown_one_as_they_are(store):
    ignored = a_delivery(state=DeliveryState.IGNORED, content=None)
    store.add_delivery(ignored)
    store.settle_delivery(ignored.guid)
    store.settle_delivery("nobody")
    assert store.delivery(ignored.guid) == ignored
    assert store.unsettled_deliveries(9) == []


def about(number, name):
    """An ignored delivery's word of its repository."""
    return {
        "content": None,
        "state": DeliveryState.IGNORED,
        "repository": a_repository(number, full_name=name),
    }


def test_deliveries_of_a_repository_come_newest_first_with_the_ignored_ones(store):
    store.add_delivery(a_delivery("early"))
    store.add_delivery(a_delivery("late", received_at=LATER))
    store.add_delivery(a_delivery("other", **about(2, "o/other")))
    store.add_delivery(a_delivery("ignored", received_at=LATER + MINUTE, **about(1, "o/name")))
    store.add_delivery(a_delivery("nobody's", content=None))
    assert [d.guid for d in store.deliveries_of(1, 9)] == ["ignored", "late", "early"]
    assert [d.guid for d in store.deliveries_of(1, 1)] == ["ignored"]
    assert store.deliveries_of(3, 9) == []


def test_a_repository_is_known_by_the_name_that_came_last(store):
    store.add_delivery(a_delivery("a", **about(1, "Owner/Name")))
    store.add_delivery(a_delivery("b", received_at=LATER, **about(2, "owner/name")))
    assert store.repository_named("OWNER/name") == a_repository(2, full_name="owner/name")
    assert store.repository_named("owner/nam") is None


# builds


def test_a_new_build_is_added(store):
    assert store.add_build(a_build())
    assert store.build("b1") == a_build()
    assert store.build("b2") is None


def test_a_known_build_id_adds_nothing(store):
    store.add_build(a_build())
    assert not store.add_build(a_build(delivery_guid="other"))
    assert store.build("b1") == a_build()


def test_of_twenty_that_add_a_build_one_is_told_so(store):
    assert sum(at_once(20, lambda _: store.add_build(a_build()))) == 1


def test_a_claimed_build_runs_with_a_lease_and_one_more_attempt(store):
    build = claimed(store)
    assert build.state is BuildState.RUNNING
    assert build.lease is not None
    assert (build.lease.owner, build.lease.expires_at) == ("worker", START + MINUTE)
    assert (build.fence, build.attempt, build.claimed_at) == (1, 1, START)
    assert store.build("b1") == build


def test_the_build_that_waited_longest_is_claimed_first(store):
    store.add_build(a_build("a", not_before=START))
    store.add_build(a_build("c", not_before=START, created_at=START - MINUTE))
    store.add_build(a_build("b", not_before=START - MINUTE, created_at=START))
    for name in ("b", "c", "a"):
        assert store.claimable_builds(START, 1) == [name]
        build = store.claim_build("w", START, MINUTE)
        assert build.id == name
        store.save_build(build.end(BuildState.FAILED, "No.", START))
    assert store.claim_build("w", START, MINUTE) is None


def test_a_build_is_not_claimed_before_its_time(store):
    store.add_build(a_build(not_before=LATER))
    assert store.claim_build("w", LATER - timedelta(microseconds=1), MINUTE) is None
    assert store.claimable_builds(LATER - timedelta(microseconds=1), 9) == []
    assert store.claim_build("w", LATER, MINUTE) is not None


def test_a_build_tells_since_when_its_round_takes_time(store):
    """Waiting for a free worker is not counted, however often it does."""
    store.add_build(a_build(not_before=START))
    build = store.claim_build("w", START + MINUTE, MINUTE)
    assert build.begun_at == START + MINUTE
    store.save_build(build.requeue(START + 2 * MINUTE, "The forge is away."))
    again = store.claim_build("w", START + 12 * MINUTE, MINUTE)
    assert again.begun_at == START + 11 * MINUTE
    # Its worker falls silent, and nobody was free for an hour after its lease.
    other = store.claim_build("other", START + 73 * MINUTE, MINUTE)
    assert other.begun_at == START + 71 * MINUTE
    assert store.build("b1") == other


@pytest.mark.case("D10", "T09")
def test_a_running_build_is_claimed_again_when_its_lease_has_run_out(store):
    claimed(store)
    assert store.claim_build("other", START + MINUTE - timedelta(seconds=1), MINUTE) is None
    again = store.claim_build("other", START + MINUTE, MINUTE)
    assert again is not None
    assert (again.fence, again.attempt) == (2, 2)
    assert again.lease is not None
    assert again.lease.owner == "other"


def test_an_ended_build_is_never_claimed(store):
    build = claimed(store)
    store.save_build(build.end(BuildState.FAILED, "No.", START))
    assert store.claim_build("w", LATER, MINUTE) is None
    assert store.claimable_builds(LATER, 9) == []


def test_of_twenty_claimants_one_wins(store):
    store.add_build(a_build())
    claims = at_once(20, lambda n: store.claim_build(f"worker {n}", START, MINUTE))
    assert len([build for build in claims if build]) == 1


def test_twenty_claimants_of_twenty_builds_get_one_each(store):
    for number in range(20):
        store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    claims = at_once(20, lambda n: store.claim_build(f"worker {n}", START, MINUTE))
    assert len({build.id for build in claims if build}) == 20


def test_a_renewed_lease_is_longer(store):
    build = claimed(store)
    store.renew_build("b1", build.fence, LATER)
    assert store.claimable_builds(START + MINUTE, 9) == []
    assert store.claimable_builds(LATER, 9) == ["b1"]
    stored = store.build("b1")
    assert stored.lease.owner == "worker"


@pytest.mark.parametrize("fence", [0, 2])
def test_a_lease_is_not_renewed_under_another_fence(store, fence):
    claimed(store)
    with pytest.raises(StaleClaimError, match="b1"):
        store.renew_build("b1", fence, LATER)


def test_a_build_that_does_not_run_is_neither_renewed_nor_saved(store):
    store.add_build(a_build())
    with pytest.raises(StaleClaimError):
        store.renew_build("b1", 0, LATER)
    with pytest.raises(StaleClaimError):
        store.save_build(a_build(outcome="changed"))
    with pytest.raises(StaleClaimError):
        store.save_build(a_build("unknown"))
    assert store.build("b1") == a_build()


def test_saving_keeps_what_was_found_out(store):
    build = claimed(store).begin(StepName.RESOLVE, START)
    problem = Problem("no-icon", "icon is missing", "Add it.", "activity/activity.info", 3)
    build = replace(build, commit="c" * 40, problems=(problem,), bundle_id="org.x", version="2")
    store.save_build(build)
    assert store.build("b1") == build


def test_saving_keeps_the_stored_lease(store):
    build = claimed(store)
    store.renew_build("b1", build.fence, LATER)
    store.save_build(replace(build, builder="plain"))
    stored = store.build("b1")
    assert stored.lease.expires_at == LATER
    assert stored.builder == "plain"


def test_a_requeued_build_has_no_lease_and_is_claimed_when_its_time_comes(store):
    build = claimed(store)
    store.save_build(build.requeue(LATER, "The forge is away."))
    assert store.build("b1").lease is None
    assert store.claimable_builds(START + MINUTE, 9) == []
    again = store.claim_build("w", LATER, MINUTE)
    assert (again.fence, again.attempt) == (2, 2)


@pytest.mark.case("T10")
def test_a_worker_that_lost_its_claim_saves_nothing(store):
    stale = claimed(store)
    again = store.claim_build("other", START + MINUTE, MINUTE)
    with pytest.raises(StaleClaimError):
        store.save_build(stale.end(BuildState.PUBLISHED, "Mine.", LATER))
    assert store.build("b1") == again


def test_a_build_nobody_runs_is_replaced(store):
    store.add_build(a_build())
    ended = a_build().end(BuildState.WITHDRAWN, "Taken back.", START)
    assert store.replace_build(a_build(), ended)
    assert store.build("b1") == ended


def test_an_unknown_build_is_not_replaced(store):
    assert not store.replace_build(a_build(), a_build(outcome="new"))
    assert store.build("b1") is None


@pytest.mark.parametrize("changes", [{"state": BuildState.FAILED}, {"round": 2}, {"fence": 1}])
def test_a_build_is_not_replaced_when_it_moved_meanwhile(store, changes):
    store.add_build(a_build(**changes))
    assert not store.replace_build(a_build(), a_build(outcome="new"))
    assert store.build("b1") == a_build(**changes)


def test_of_twenty_restarts_one_is_done(store):
    ended = a_build(fence=3, told=True).end(BuildState.FAILED, "No.", START)
    store.add_build(ended)
    new = ended.restart(LATER, "guid", a_forge_release())
    assert sum(at_once(20, lambda _: store.replace_build(ended, new))) == 1
    assert store.build("b1").round == 2


def test_a_worker_from_before_a_withdrawal_and_a_restart_is_stale(store):
    running = claimed(store)
    ended = running.end(BuildState.WITHDRAWN, "Taken back.", START)
    assert store.replace_build(running, ended)
    with pytest.raises(StaleClaimError):
        store.save_build(running.end(BuildState.PUBLISHED, "Done.", START))
    assert store.replace_build(ended, ended.restart(START, "guid", a_forge_release()))
    again = store.claim_build("other", START, MINUTE)
    assert (again.fence, again.attempt, again.round) == (2, 1, 2)
    with pytest.raises(StaleClaimError):
        store.renew_build("b1", running.fence, LATER)


def test_untold_builds_come_longest_ended_first(store):
    for name, minutes in (("late", 3), ("early", 1), ("middle", 2)):
        ended = a_build(name).end(BuildState.FAILED, "No.", START + minutes * MINUTE)
        store.add_build(ended)
    store.add_build(a_build("queued"))
    assert [b.id for b in store.untold_builds(2)] == ["early", "middle"]


def test_a_told_build_is_no_longer_untold(store):
    ended = a_build().end(BuildState.FAILED, "No.", START)
    store.add_build(ended)
    assert store.replace_build(ended, replace(ended, told=True))
    assert store.untold_builds(9) == []


def test_recent_builds_come_newest_first_of_one_activity_or_of_all(store):
    store.add_build(a_build("old", created_at=START, bundle_id="org.x"))
    store.add_build(a_build("new", created_at=START + 2 * MINUTE, bundle_id="org.x"))
    store.add_build(a_build("other", created_at=START + MINUTE))
    assert [b.id for b in store.recent_builds(9)] == ["new", "other", "old"]
    assert [b.id for b in store.recent_builds(1)] == ["new"]
    assert [b.id for b in store.recent_builds(9, "org.x")] == ["new", "old"]
    assert store.recent_builds(9, "org.y") == []


def test_recent_builds_go_on_behind_any_of_them(store):
    for number in range(6):
        # Three pairs, each of one moment.
        at = START + number // 2 * MINUTE
        store.add_build(a_build(f"b{number}", created_at=at, bundle_id=f"org.{number % 3}"))
    ids = [b.id for b in store.recent_builds(9)]

    assert ids == ["b5", "b4", "b3", "b2", "b1", "b0"]
    for place, build_id in enumerate(ids):
        behind = store.recent_builds(9, behind=store.build(build_id))
        assert [b.id for b in behind] == ids[place + 1 :]
    assert [b.id for b in store.recent_builds(1, behind=store.build("b5"))] == ["b4"]
    assert [b.id for b in store.recent_builds(9, "org.0", store.build("b3"))] == ["b0"]


def test_the_builds_of_a_release_are_those_of_all_its_tags_newest_first(store):
    retagged = a_forge_release(tag="v2")
    store.add_build(a_build("old"))
    store.add_build(a_build("new", release=retagged, created_at=START + MINUTE))
    store.add_build(a_build("next", release=a_forge_release(id=12)))
    store.add_build(a_build("fork", repository=a_repository(2)))
    assert [b.id for b in store.builds_of_release(1, 11)] == ["new", "old"]
    assert store.builds_of_release(2, 12) == []


def test_a_build_in_its_second_round_is_still_one_of_its_release(store):
    ended = a_build().end(BuildState.FAILED, "No.", START)
    store.add_build(ended)
    again = ended.restart(LATER, "guid", a_forge_release(name="Renamed"))
    assert store.replace_build(ended, again)
    assert store.builds_of_release(1, 11) == [again]


def test_the_builds_of_a_commit_are_those_of_one_repository_newest_first(store):
    for number, (name, repository) in enumerate((("old", 1), ("new", 1), ("fork", 2))):
        made = a_build(name, commit="c1", created_at=START + number * MINUTE)
        store.add_build(replace(made, repository=a_repository(repository)))
    store.add_build(a_build("other", commit="c2"))
    store.add_build(a_build("unknown"))
    assert [b.id for b in store.builds_of_commit(1, "c1")] == ["new", "old"]
    assert store.builds_of_commit(3, "c1") == []


@pytest.mark.case("A07")
def test_of_ten_that_start_a_failed_build_again_one_does(store):
    ended = replace(a_build().end(BuildState.FAILED, "No.", START), fence=2)
    store.add_build(ended)

    def press(number: int) -> bool:
        asked = Restart(RestartWay.PAGE, LATER, f"login-{number}")
        again = ended.restart(LATER, ended.delivery_guid, ended.release)
        return store.replace_build(ended, replace(again, restart_asked=asked))

    assert sum(at_once(10, press)) == 1
    begun = store.build("b1")
    assert begun.round == 2
    assert begun.restart_asked.by.startswith("login-")


# build logs


def test_a_log_is_what_was_appended(store):
    store.append_log("b1", 1, "one\n")
    store.append_log("b1", 1, "")
    store.append_log("b1", 1, "two ✓ \x00\n")
    assert store.log("b1") == "one\ntwo ✓ \x00\n"
    assert store.log("b2") == ""


def test_the_log_of_the_latest_claim_is_shown(store):
    store.append_log("b1", 1, "first")
    store.append_log("b1", 10, "tenth")
    store.append_log("b1", 9, "stale")
    assert store.log("b1") == "tenth"


def test_a_log_is_cut_at_its_limit_and_says_so(store):
    store.append_log("b1", 1, "x" * 99)
    store.append_log("b1", 1, "é and more")
    store.append_log("b1", 1, "never seen")
    assert store.log("b1") == ("x" * 99 + "\n[The log is cut here: a build may write 100 bytes.]\n")


def test_a_log_that_fits_exactly_is_cut_by_the_next_byte(store):
    store.append_log("b1", 1, "x" * 100)
    assert store.log("b1") == "x" * 100
    store.append_log("b1", 1, "y")
    assert store.log("b1").startswith("x" * 100 + "\n[The log is cut here")


def test_a_log_keeps_what_is_not_unicode_as_question_marks(store):
    store.append_log("b1", 1, "a\udc80b")
    assert store.log("b1") == "a?b"


# activities and releases


def test_the_first_claimant_owns_a_bundle_id(store):
    mine, theirs = an_activity(), an_activity(repository=a_repository(2))
    assert store.claim_bundle_id(mine) == mine
    assert store.claim_bundle_id(theirs) == mine
    assert store.activity(mine.bundle_id) == mine


@pytest.mark.case("T27")
def test_an_id_that_looks_like_another_belongs_to_its_owner(store):
    mine = an_activity("org.sugarlabs.Big_Moon")
    store.claim_bundle_id(mine)
    assert store.claim_bundle_id(an_activity("org.sugarlabs.big-moon")) == mine
    assert store.activity("org.sugarlabs.big-moon") is None


@pytest.mark.case("D48", "T39")
def test_of_twenty_claimants_of_a_bundle_id_one_wins(store):
    activities = [an_activity(repository=a_repository(n + 1)) for n in range(20)]
    owners = at_once(20, lambda n: store.claim_bundle_id(activities[n]))
    assert len({owner.repository.id for owner in owners}) == 1


def test_a_saved_activity_is_one_edition_higher(store):
    store.claim_bundle_id(an_activity())
    changed = an_activity(versions=("2", "1"))
    assert store.save_activity(changed)
    assert store.activity(changed.bundle_id) == replace(changed, edition=1)


@pytest.mark.case("D48")
def test_an_activity_is_not_saved_over_another_edition(store):
    store.claim_bundle_id(an_activity())
    assert store.save_activity(an_activity())
    assert not store.save_activity(an_activity(versions=("9",)))
    assert store.activity(an_activity().bundle_id) == an_activity(edition=1)


def test_an_activity_nobody_claimed_is_not_saved(store):
    assert not store.save_activity(an_activity())
    assert store.activity(an_activity().bundle_id) is None


def test_the_activities_of_a_repository_are_found_by_its_number(store):
    ours = a_repository(7, full_name="sugarlabs-demo/old-name")
    others = a_repository(8, full_name="sugarlabs-demo/old-name")
    for bundle_id, owner in (("org.b", ours), ("org.a", ours), ("org.c", others)):
        store.claim_bundle_id(an_activity(bundle_id, repository=owner))
    moved = replace(ours, full_name="sugarlabs-demo/new-name")
    assert store.save_activity(an_activity("org.b", repository=moved))

    found = store.activities_of_repository(7)

    assert [activity.bundle_id for activity in found] == ["org.a", "org.b"]
    assert found[1].repository == moved
    assert store.activities_of_repository(9) == []


def test_every_bundle_id_is_told_in_order(store):
    assert store.bundle_ids() == []

    for bundle_id in ("org.b", "org.B2", "org.a"):
        store.claim_bundle_id(an_activity(bundle_id))

    assert store.bundle_ids() == ["org.B2", "org.a", "org.b"]


@pytest.mark.case("D48", "T39")
def test_fifty_changes_of_one_activity_at_once_lose_nothing(store):
    store.claim_bundle_id(an_activity(versions=()))

    def add(number: int) -> None:
        while True:
            known = store.activity("org.sugarlabs.Moon")
            if store.save_activity(replace(known, versions=(*known.versions, str(number)))):
                return

    at_once(50, add)
    known = store.activity("org.sugarlabs.Moon")
    assert sorted(known.versions, key=int) == [str(number) for number in range(50)]
    assert known.edition == 50


def test_a_release_is_added_once(store):
    assert store.add_release(a_release()) == a_release()
    assert store.add_release(a_release(version="1.0", tag="other")) == a_release()
    assert store.release("org.sugarlabs.Moon", "1") == a_release()


@pytest.mark.case("T39")
def test_of_twenty_that_add_a_version_all_are_told_the_same_release(store):
    releases = [a_release(build_id=f"b{n}") for n in range(20)]
    assert len({r.build_id for r in at_once(20, lambda n: store.add_release(releases[n]))}) == 1


def test_an_unknown_release_gives_nothing(store):
    store.add_release(a_release())
    assert store.release("org.sugarlabs.Moon", "2") is None
    assert store.release("org.sugarlabs.moon", "1") is None


def test_all_releases_of_an_activity_are_found_whatever_their_state(store):
    withdrawn = a_release(version="2", state=ReleaseState.WITHDRAWN)
    for release in (a_release(), withdrawn, a_release("org.sugarlabs.Sun")):
        store.add_release(release)
    found = {release.version for release in store.releases("org.sugarlabs.Moon")}
    assert found == {"1", "2"}
    assert store.releases("org.sugarlabs.Nobody") == []


def test_a_saved_release_replaces_the_stored_one(store):
    store.add_release(a_release())
    changed = a_release(state=ReleaseState.HELD, notes="New.", prerelease=True)
    store.save_release(changed)
    assert store.release("org.sugarlabs.Moon", "1") == changed


@pytest.mark.case("D19", "T18")
@pytest.mark.parametrize(
    "changes",
    [{"bundle": a_file("other")}, {"content_digest": "d" * 64}, {"version": "1.0"}],
    ids=["file", "content", "version"],
)
def test_what_was_downloaded_under_a_version_never_changes(store, changes):
    store.add_release(a_release())
    with pytest.raises(ValueError, match="keeps its file and version"):
        store.save_release(replace(a_release(), **changes))
    assert store.release("org.sugarlabs.Moon", "1") == a_release()


def test_a_release_that_is_not_stored_cannot_be_replaced(store):
    with pytest.raises(NotFoundError, match=r"1 of org\.sugarlabs\.Moon"):
        store.save_release(a_release())


def test_an_activity_comes_back_with_its_people_and_pictures(store):
    people = (Developer("ada", "https://github.example/ada", 7, a_file("ada", "image/png")),)
    activity = an_activity(developers=people)
    store.claim_bundle_id(activity)
    assert store.activity(activity.bundle_id) == activity


# changes


def test_changes_after_a_revision_come_lowest_first(store):
    revisions = [store.announce(name) for name in ("org.a", "org.b", "org.a")]
    assert revisions == sorted(set(revisions))
    assert revisions[0] > 0
    assert store.changes(revisions[0], 9) == [
        Change(revisions[1], "org.b"),
        Change(revisions[2], "org.a"),
    ]
    assert store.changes(0, 1) == [Change(revisions[0], "org.a")]
    assert store.changes(revisions[2], 9) == []


def test_revisions_announced_at_once_are_unique(store):
    revisions = at_once(50, lambda n: store.announce(f"org.a{n}"))
    assert len(set(revisions)) == 50


def test_a_follower_never_misses_a_revision_that_comes_late(store):
    seen: list[int] = []

    def follow_or_announce(number: int) -> None:
        if number:
            store.announce(f"org.a{number}")
        while not number and len(seen) < 20:
            seen.extend(change.revision for change in store.changes(max(seen, default=0), 3))

    at_once(21, follow_or_announce)
    assert seen == [change.revision for change in store.changes(0, 100)]


# reports


def test_a_report_is_added_once(store):
    assert store.add_report(a_report())
    assert not store.add_report(a_report(text="again"))
    assert store.reports("b1") == [a_report()]
    assert store.reports("b2") == []


def test_a_claimed_report_is_away_for_its_lease_and_one_attempt_older(store):
    store.add_report(a_report())
    report = store.claim_report("w", START, MINUTE)
    assert report == a_report(not_before=START + MINUTE, attempt=1)
    assert store.reports("b1") == [report]
    assert store.claim_report("w", START + MINUTE - timedelta(microseconds=1), MINUTE) is None
    assert store.claim_report("w", START + MINUTE, MINUTE).attempt == 2


def test_the_oldest_report_is_claimed_first(store):
    store.add_report(a_report(build="b2", created_at=START + MINUTE))
    store.add_report(a_report(build="b1", created_at=START))
    claims = [store.claim_report("w", LATER, MINUTE) for _ in range(3)]
    assert [report and report.build_id for report in claims] == ["b1", "b2", None]


def test_a_report_waits_while_an_earlier_one_of_its_build_waits(store):
    final, started = ReportKind.FINAL_COMMENT, ReportKind.STARTED_COMMENT
    store.add_report(a_report(final, created_at=START + MINUTE))
    store.add_report(a_report(started, not_before=LATER))
    store.add_report(a_report(build="b2", created_at=START + 2 * MINUTE))
    assert store.claim_report("w", START + MINUTE, MINUTE).build_id == "b2"
    first = store.claim_report("w", LATER, MINUTE)
    assert first.kind is started
    store.settle_report(first.id, ReportState.SENT)
    assert store.claim_report("w", LATER, MINUTE).kind is final


def test_reports_of_one_moment_go_by_their_id(store):
    store.add_report(a_report(ReportKind.STARTED_STATUS))
    store.add_report(a_report(ReportKind.STARTED_COMMENT))
    kinds = [ReportKind.STARTED_COMMENT, ReportKind.STARTED_STATUS]
    assert [report.kind for report in store.reports("b1")] == kinds
    assert store.claim_report("w", START, MINUTE).kind is kinds[0]
    assert store.claim_report("w", START, MINUTE) is None


@pytest.mark.parametrize("state", [ReportState.SENT, ReportState.DROPPED])
def test_a_settled_report_is_not_claimed_and_stays_settled(store, state):
    store.add_report(a_report())
    store.settle_report(a_report().id, state)
    store.settle_report(a_report().id, ReportState.DROPPED)
    store.postpone_report(a_report(), LATER)
    store.settle_report("unknown", state)
    assert store.reports("b1") == [a_report(sent=state)]
    assert store.claim_report("w", LATER, MINUTE) is None


def test_a_postponed_report_waits_until_then(store):
    store.add_report(a_report())
    store.postpone_report(a_report(), LATER)
    store.postpone_report(a_report(build="unknown"), LATER)
    assert store.claim_report("w", LATER - MINUTE, MINUTE) is None
    assert store.claim_report("w", LATER, MINUTE) is not None


@pytest.mark.case("T15")
def test_whoever_lost_a_report_to_another_does_not_postpone_it(store):
    store.add_report(a_report())
    slow = store.claim_report("slow", START, MINUTE)
    now = store.claim_report("other", START + MINUTE, MINUTE)
    store.postpone_report(slow, START)
    assert store.reports("b1") == [now]
    store.postpone_report(now, LATER)
    assert store.reports("b1") == [replace(now, not_before=LATER)]


@pytest.mark.case("T15")
def test_a_report_that_was_not_tried_gets_its_attempt_back(store):
    store.add_report(a_report())
    claimed = store.claim_report("w", START, MINUTE)
    store.postpone_report(claimed, LATER, untried=True)
    assert store.reports("b1") == [replace(a_report(), not_before=LATER)]
    store.postpone_report(claimed, START, untried=True)
    assert store.reports("b1") == [replace(a_report(), not_before=LATER)]
    assert store.claim_report("w", LATER, MINUTE).attempt == 1


def test_of_twenty_that_claim_a_report_one_wins(store):
    store.add_report(a_report())
    assert sum(bool(r) for r in at_once(20, lambda _: store.claim_report("w", START, MINUTE))) == 1


# how the forge may be used


def test_nothing_was_written_until_it_is_saved(store):
    assert store.throttle() == Throttle()


def test_a_throttle_is_kept_as_it_is_one_edition_later(store):
    throttle = Throttle().count(START, 3).pause(START, MINUTE)
    assert store.save_throttle(throttle)
    assert store.throttle() == replace(throttle, edition=1)
    assert store.save_throttle(Throttle(edition=1))
    assert store.throttle() == Throttle(edition=2)


def test_a_throttle_is_no_content_and_stays_when_the_record_is_filled(store):
    assert store.save_throttle(Throttle(restored_at=START))
    assert list(store.dump()) == []

    store.load([a_delivery()], "an-era")

    assert store.throttle() == Throttle(restored_at=START, edition=1)


def test_a_throttle_that_was_saved_meanwhile_is_not_saved_over(store):
    assert store.save_throttle(Throttle().count(START, 1))
    kept = store.throttle()
    assert not store.save_throttle(Throttle())
    assert not store.save_throttle(Throttle(edition=2))
    assert store.throttle() == kept


@pytest.mark.case("T15")
def test_workers_that_write_at_once_stay_below_the_limit_together(store):
    def write_all_the_time(_: int) -> int:
        written = 0
        while True:
            try:
                pacing.require(1, store=store, clock=lambda: START)
            except ForgeLimitError:
                return written
            written += 1

    assert sum(at_once(4, write_all_the_time)) == A_MINUTE
    assert len(store.throttle().written) == A_MINUTE


@pytest.mark.case("T15")
def test_the_longest_pause_that_any_of_them_was_told_holds_for_all(store):
    def told(minutes: int) -> None:
        pacing.hold(minutes * MINUTE, store=store, clock=lambda: START)

    at_once(8, lambda number: told(number + 1))
    assert store.throttle().paused_until == START + 8 * MINUTE


# the end


def test_closing_twice_is_fine(store):
    store.close()
    store.close()


def test_the_last_revision_is_that_of_the_last_change(store):
    assert store.last_revision() == 0

    announced = [store.announce("org.sugarlabs.Moon") for _ in range(3)]

    assert store.last_revision() == announced[-1]
