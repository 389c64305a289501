from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.build import BuildState
from aslo.domain.errors import ForgeError, NotFoundError, SiteError
from aslo.domain.report import CommitState, ReportKind, ReportState
from aslo.services import report
from aslo.services.workbench import Rules
from fakes.values import COMMIT, a_build, a_release

URL = "https://aslo.example"


@pytest.fixture
def build(world):
    world.store.add_build(a_build())
    claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))
    return replace(claimed, commit=COMMIT)


@pytest.fixture
def send(world):
    """Send all that is due."""

    def call():
        def one():
            return report.send_next(
                "w", store=world.store, forge=world.forge, site=world.site, clock=world.clock
            )

        sent = 0
        while one():
            sent += 1
        return sent

    return call


def start(world, build):
    report.started(build, store=world.store, clock=world.clock, rules=Rules(URL))


def finish(world, build, state=BuildState.FAILED):
    world.clock.tick()
    ended = build.end(state, "It ended so.", world.clock())
    world.store.save_build(ended)
    report.tell(ended, store=world.store, clock=world.clock, rules=Rules(URL))
    return ended


def published(world, build):
    world.store.add_release(a_release(build_id=build.id))
    named = replace(build, bundle_id="org.sugarlabs.Moon", version="1")
    return finish(world, named, BuildState.PUBLISHED)


@pytest.mark.case("T41")
def test_nothing_is_called_listed_while_its_bundle_is_lost(world, build, send):
    published(world, build)
    found = world.store.release("org.sugarlabs.Moon", "1")
    world.store.save_release(replace(found, state=ReleaseState.HELD, lost=True))
    send()
    assert not world.forge.comments

    world.store.save_release(found)
    world.clock.tick(3600)
    send()
    assert len(world.forge.comments) == 1


def test_the_developer_is_told_twice_in_two_ways(world, build, send):
    start(world, build)
    published(world, build)

    assert send() == 4
    assert [state for state, _, _ in world.forge.statuses] == [
        CommitState.PENDING,
        CommitState.SUCCESS,
    ]
    first, second = world.forge.comments.values()
    assert "has started" in first
    assert f"{URL}/org.sugarlabs.Moon/1" in second


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (BuildState.FAILED, CommitState.FAILURE),
        (BuildState.ERRORED, CommitState.ERROR),
        (BuildState.WITHDRAWN, CommitState.ERROR),
        (BuildState.SUPERSEDED, CommitState.SUCCESS),
    ],
)
def test_each_end_has_its_commit_state(world, build, send, end, state):
    finish(world, build, end)
    send()

    [(written, _, target)] = world.forge.statuses
    assert written is state
    assert target == f"{URL}/builds/{build.id}"


@pytest.mark.case("T07")
def test_told_twice_is_said_once(world, build, send):
    ended = finish(world, build)
    report.tell(ended, store=world.store, clock=world.clock, rules=Rules(URL))

    assert send() == 2
    assert world.store.untold_builds(10) == []


@pytest.mark.case("D09", "T16")
def test_a_build_without_a_commit_is_told_by_its_page_alone(world, build, send):
    finish(world, replace(build, commit=None))

    assert send() == 0
    assert world.store.untold_builds(10) == []


@pytest.mark.case("T15")
def test_a_forge_that_is_away_is_asked_again_later(world, build, send):
    finish(world, build)
    world.forge.fails["set_status"] = [ForgeError("502")]

    send()
    assert world.forge.statuses == []
    world.clock.tick(60)
    send()

    assert len(world.forge.statuses) == 1
    assert len(world.forge.comments) == 1


@pytest.mark.case("T15")
def test_the_forge_s_own_pause_is_kept(world, build, send):
    finish(world, build)
    world.forge.fails["set_status"] = [ForgeError("slow down", retry_after=timedelta(hours=2))]
    send()

    world.clock.tick(3600)
    assert send() == 0
    world.clock.tick(3700)
    assert send() == 1


@pytest.mark.case("T16")
def test_a_commit_that_is_gone_drops_its_reports(world, build, send):
    finish(world, build)
    world.forge.fails["set_status"] = [NotFoundError("no commit")] * 100
    world.forge.fails["comment"] = [NotFoundError("no commit")] * 100

    for _ in range(20):
        send()
        world.clock.tick(30)

    assert {r.sent for r in world.store.reports(build.id)} == {ReportState.DROPPED}


@pytest.mark.case("T15")
def test_a_commit_that_is_hidden_for_half_a_minute_is_told_all_the_same(world, build, send):
    start(world, build)
    finish(world, build)
    hidden = [NotFoundError("no commit")] * 100
    world.forge.fails = {"set_status": hidden, "comment": hidden}
    for _ in range(30):
        send()
        world.clock.tick(1)
    world.forge.fails = {}

    for _ in range(4):
        send()
        world.clock.tick(60)

    assert {r.sent for r in world.store.reports(build.id)} == {ReportState.SENT}
    assert len(world.forge.comments) == 2


def test_listed_is_said_only_after_the_site_has_shown_it(world, build, send):
    world.site.fails = [SiteError("404")]
    ended = published(world, build)

    send()
    assert world.forge.comments == {}
    world.clock.tick(60)
    send()

    assert len(world.forge.comments) == 1
    release = world.store.release("org.sugarlabs.Moon", "1")
    assert world.site.confirmed[0] == (
        "/org.sugarlabs.Moon/1",
        f"/download/org.sugarlabs.Moon/1/{release.file_name}",
        release.bundle.sha256,
    )
    assert ended.state is BuildState.PUBLISHED


def test_the_final_word_never_comes_before_the_first(world, build, send):
    start(world, build)
    world.forge.fails["set_status"] = [ForgeError("502")]
    finish(world, build)

    send()

    tried = {r.kind for r in world.store.reports(build.id) if r.attempt}
    assert tried == {ReportKind.STARTED_COMMENT, ReportKind.STARTED_STATUS}


def test_a_report_that_never_gets_through_is_given_up(world, build, send):
    finish(world, build)
    world.forge.fails["set_status"] = [ForgeError("502")] * 100

    for _ in range(60):
        world.clock.tick(7200)
        send()

    kinds = {r.kind: r.sent for r in world.store.reports(build.id)}
    assert kinds[ReportKind.FINAL_STATUS] is ReportState.DROPPED
    assert kinds[ReportKind.FINAL_COMMENT] is ReportState.SENT


def test_a_release_withdrawn_meanwhile_is_told_without_being_fetched(world, build, send):
    published(world, build)
    stored = world.store.release("org.sugarlabs.Moon", "1")
    world.store.save_release(replace(stored, state=ReleaseState.WITHDRAWN))
    world.site.fails = [SiteError("410")] * 10

    assert send() == 2
    assert len(world.forge.comments) == 1


@pytest.mark.case("T17")
def test_a_report_that_breaks_is_not_tried_for_ever(world, build, send):
    finish(world, build)
    world.forge.fails["set_status"] = [KeyError("odd")] * 100

    for _ in range(60):
        world.clock.tick(7200)
        send()

    assert {r.sent for r in world.store.reports(build.id)} == {
        ReportState.SENT,
        ReportState.DROPPED,
    }


@pytest.mark.case("T15")
def test_a_report_that_was_held_too_long_is_left_to_whoever_claims_it_next(world, build, send):
    """Another may be writing it just now."""
    published(world, build)
    looked = iter([301, 301])
    world.site.confirm = lambda *_: world.clock.tick(next(looked, 0))

    send()
    assert world.forge.comments == {}
    assert world.forge.statuses == []
    for _ in range(3):
        world.clock.tick(60)
        send()

    assert world.forge.first_tries == [False]
    assert len(world.forge.statuses) == 1


@pytest.mark.case("T15")
def test_whoever_lost_a_report_to_another_does_not_call_it_due(world, build, send):
    finish(world, build)

    def taken(*_, **__):
        """The forge answers when the lease is over, and another has it."""
        world.clock.tick(301)
        world.forge.set_status = lambda *_, **__: None
        assert world.store.claim_report("other", world.clock(), timedelta(minutes=5))
        raise ForgeError("too late")

    world.forge.set_status = taken
    send()
    world.clock.tick(60)

    assert send() == 0


@pytest.mark.case("T15")
def test_a_comment_whose_answer_was_lost_is_not_looked_for_at_once(world, build, send):
    """It may be on its way, and would be looked for in vain."""
    finish(world, build)
    world.forge.fails["comment"] = [ForgeError("reset")]
    send()

    world.clock.tick(29)
    send()
    assert world.forge.comments == {}
    world.clock.tick(1)
    send()

    assert len(world.forge.comments) == 1


def test_a_pending_status_that_its_end_has_overtaken_is_not_worth_a_write(world, build, send):
    start(world, build)
    finish(world, build)
    world.clock.tick(60)

    send()

    assert [state for state, _, _ in world.forge.statuses] == [CommitState.FAILURE]
    assert len(world.forge.comments) == 2
    kinds = {r.kind: r.sent for r in world.store.reports(build.id)}
    assert kinds[ReportKind.STARTED_STATUS] is ReportState.DROPPED


def test_a_pending_status_that_comes_late_to_a_build_under_way_is_set(world, build, send):
    start(world, build)
    world.clock.tick(3600)

    send()

    assert [state for state, _, _ in world.forge.statuses] == [CommitState.PENDING]


@pytest.mark.case("T15")
def test_a_record_that_was_restored_looks_for_each_comment_first(world, build, send):
    """It has forgotten what was said after the backup was taken."""
    restored = replace(world.store.throttle(), restored_at=world.clock())
    world.store.save_throttle(restored)
    finish(world, build)

    send()

    assert world.forge.first_tries == [False]


def test_a_week_after_a_restore_nothing_is_in_doubt_any_more(world, build, send):
    restored = replace(world.store.throttle(), restored_at=world.clock())
    world.store.save_throttle(restored)
    world.clock.tick(7 * 24 * 3600)
    finish(world, build)

    send()

    assert world.forge.first_tries == [True]
