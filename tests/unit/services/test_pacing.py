"""What the forge told one worker holds for all, and what it may be written is shared by all."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.build import BuildState
from aslo.domain.errors import ForgeError, ForgeHeldError, ForgeLimitError
from aslo.domain.throttle import A_MINUTE, AN_HOUR
from aslo.services import pacing, work
from fakes.values import COMMIT, a_build, a_report

LEASE = timedelta(minutes=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def limit(seconds=600):
    return ForgeLimitError("slow down", retry_after=timedelta(seconds=seconds))


@pytest.fixture
def build(world):
    """What a worker does when it looks for a build."""

    def call(number=1):
        world.store.add_build(a_build(id=f"b{number}"))
        return work.build("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext())

    return call


@pytest.fixture
def tell(world):
    """What a worker does about the outbox."""

    def call(owner="w"):
        return work.tell(owner, bench=world.bench)

    return call


def report(world, number, **changes):
    world.store.add_report(a_report(build=f"b{number}", **changes))


def asked(world):
    return len(world.forge.statuses)


# a pause


@pytest.mark.case("T15")
def test_a_pause_that_one_report_was_told_holds_for_all_reports_and_workers(world, tell):
    for number in range(5):
        report(world, number)
    world.forge.fails["set_status"] = [limit(600)]

    tell("one")
    for _ in range(599):
        world.clock.tick(1)
        tell("another")
    assert asked(world) == 0
    world.clock.tick(1)
    tell("another")

    assert asked(world) == 5


@pytest.mark.case("T15")
def test_a_pause_that_a_build_was_told_holds_for_reports_and_other_builds(world, build, tell):
    report(world, 9)
    world.forge.fails["resolve_tag"] = [limit(600)]
    build(1)
    questions = []
    world.forge._ask = questions.append

    build(2)
    tell()

    assert questions == []
    assert world.store.build("b2").not_before == world.clock() + timedelta(seconds=600)


@pytest.mark.case("T15")
@pytest.mark.parametrize("question", ["repository", "release", "resolve_tag"])
def test_a_build_that_meets_a_limit_waits_as_told_and_is_not_tried_for_it(world, build, question):
    world.forge.fails[question] = [limit(900) for _ in range(5)]
    waited = []

    for _ in range(5):
        ended = build()
        waited.append((ended.state, ended.not_before - world.clock(), ended.attempt))
        world.clock.now = max(ended.not_before, world.store.throttle().paused_until)
    ended = build()

    assert {(state, attempt) for state, _, attempt in waited} == {(BuildState.QUEUED, 0)}
    assert all(pause >= timedelta(seconds=900) for _, pause, _ in waited)
    assert (ended.state, ended.attempt) == (BuildState.PUBLISHED, 1)


@pytest.mark.case("T15")
def test_a_limit_that_never_ends_ends_the_build_some_day(world, build):
    world.forge.fails["repository"] = [limit(3600) for _ in range(100)]

    for _ in range(40):
        build()
        world.clock.tick(3600)

    assert world.store.build("b1").state is BuildState.ERRORED


def test_who_is_held_back_by_ourselves_can_tell_that_nothing_was_asked(world):
    pacing.hold(HOUR, store=world.store, clock=world.clock)

    with pytest.raises(ForgeHeldError):
        pacing.require(1, store=world.store, clock=world.clock)


def test_a_picture_of_another_host_waits_for_no_forge(world, tmp_path):
    pacing.hold(HOUR, store=world.store, clock=world.clock)

    world.bench.forge.download_picture("https://pictures.example/a", tmp_path / "a", 100)

    assert (tmp_path / "a").exists()


def test_other_trouble_of_the_forge_holds_nobody_up(world, tell):
    for number in range(3):
        report(world, number)
    world.forge.fails["set_status"] = [ForgeError("502")]

    tell()

    assert asked(world) == 2


# what may be written


@pytest.mark.case("T15")
def test_two_workers_and_a_third_that_was_started_anew_write_no_more_than_one(world, tell):
    for number in range(200):
        report(world, number)

    for owner in ("one", "two", "one started anew"):
        while tell(owner):
            pass

    assert asked(world) == A_MINUTE


def test_who_dies_while_it_writes_has_used_it_up(world, tell):
    report(world, 1)
    world.forge.fails["set_status"] = [KeyboardInterrupt()]

    with pytest.raises(KeyboardInterrupt):
        tell()

    assert len(world.store.throttle().written) == 1


def test_a_check_with_many_remarks_counts_each_request(world):
    many = replace(a_report().check, annotations=("a remark",) * 120)

    world.bench.forge.set_check(a_report().repository, COMMIT, many)

    assert len(world.store.throttle().written) == 3


# what is published meanwhile


@pytest.mark.case("T15")
@pytest.mark.parametrize("refusal", [ForgeError("403"), limit(60)])
def test_what_is_published_waits_for_no_comment_and_comments_come_once(world, build, tell, refusal):
    world.forge.fails["comment"] = [refusal] * 10
    world.forge.fails["set_status"] = [refusal] * 10
    world.builder.before = world.clock.tick

    build()
    for _ in range(3):
        tell()
        world.clock.tick(60)

    release = world.store.release("org.sugarlabs.Moon", "1")
    assert release.state is ReleaseState.LISTED
    assert world.files.has(release.bundle.sha256)
    assert world.store.last_revision() == 1
    assert world.forge.comments == {}

    written = []
    world.forge.fails = {}
    real = world.forge.comment
    world.forge.comment = lambda *said, **how: written.append(said[3]) or real(*said, **how)
    for _ in range(48):
        tell()
        world.clock.tick(3600)

    assert written == ["b1-1-started-comment", "b1-1-final-comment"]


# a long day


def most_within(moments, span):
    """The most moments that any such span holds."""
    first = most = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= span:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.case("T15")
@pytest.mark.parametrize("every", [14, 0.2])
def test_two_hundred_and_fifty_releases_within_an_hour_are_all_told(world, tell, every):
    """By two workers, oldest first, and within what GitHub allows."""
    written, told = [], {}
    real_comment, real_status = world.forge.comment, world.forge.set_status

    def comment(repository, commit, text, key, **how):
        written.append(world.clock())
        told[key] = world.clock()
        real_comment(repository, commit, text, key, **how)

    def status(*said, **how):
        written.append(world.clock())
        real_status(*said, **how)

    world.forge.comment, world.forge.set_status = comment, status
    begun = world.clock()
    releases = 0
    while releases < 250 or world.store.figures().reports:
        if releases < 250 and world.clock() - begun >= releases * timedelta(seconds=every):
            releases += 1
            _ends_well(world, f"b{releases:03}")
        tell("one")
        tell("two")
        world.clock.tick(2)

    final = [told[f"b{number:03}-1-final-comment"] for number in range(1, 251)]
    assert len(told) == 500
    assert most_within(written, MINUTE) <= A_MINUTE
    assert most_within(written, HOUR) <= AN_HOUR
    assert all(earlier <= later for earlier, later in pairwise(final))
    assert final[-1] - begun < timedelta(hours=2, minutes=15)


def _ends_well(world, build_id):
    """A build that has begun and, a second later, ended."""
    world.store.add_build(a_build(id=build_id))
    claimed = world.store.claim_build("w", world.clock(), LEASE)
    begun = replace(claimed, commit=COMMIT)
    told = {"store": world.store, "rules": world.rules}
    work.report.started(begun, **told, clock=world.clock)
    world.store.save_build(begun.end(BuildState.FAILED, "so", world.clock.tick(1)))
