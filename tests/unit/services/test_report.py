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
    world.forge.fails["set_status"] = [NotFoundError("no commit")]
    world.forge.fails["comment"] = [NotFoundError("no commit")]

    send()

    assert {r.sent for r in world.store.reports(build.id)} == {ReportState.DROPPED}


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


def test_a_comment_after_a_long_look_at_the_site_is_searched_for_first(world, build, send):
    published(world, build)
    world.site.confirm = lambda *_: world.clock.tick(180)

    send()

    assert world.forge.first_tries == [False]
