"""What is told of a check, and how little of the forge's budget it takes."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.errors import BadSourceError
from aslo.domain.problem import Problem
from aslo.domain.report import CommitState, ReportKind, ReportState
from aslo.domain.throttle import A_MINUTE
from aslo.domain.verdict import Verdict
from aslo.services import check_commit, check_report, work
from aslo.services.trying import Stopped
from fakes.values import a_check, a_head, a_report, a_repository, an_activity
from fakes.world import a_tree

LEASE = timedelta(hours=1)
TRIAL = b"[check]\ntrial-build = true\n"
INFO_FILE = "activity/activity.info"


def found(*problems):
    """What a look at the tree finds: a code and a line of its activity.info each."""
    return Verdict(tuple(Problem(c, "it is odd", "Mend it.", INFO_FILE, n) for c, n in problems))


@pytest.fixture(autouse=True)
def installed(world):
    world.forge.installed = True


def gone():
    error = BadSourceError("there is no commit")
    error.is_gone = True
    return error


@pytest.fixture
def check(world):
    def call(**changes):
        world.store.add_check(a_check(**changes))
        return work.check("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext())

    return call


@pytest.fixture
def tell(world):
    def call():
        while work.tell("w", bench=world.bench):
            pass

    return call


@pytest.fixture
def slow(world):
    """Let a trial build take a while, in which the outbox is sent."""
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}

    def call(then=lambda: None):
        def before():
            world.clock.tick(check_report.AT_FIRST.total_seconds())
            work.tell("another", bench=world.bench)
            then()

        world.builder.before = before

    return call


def told(world):
    return [run for runs in world.forge.checks.values() for run in runs]


def test_a_check_of_seconds_is_told_of_once_when_it_has_ended(world, check, tell):
    check()
    tell()

    [run] = told(world)
    assert (run.state, run.name) == (CommitState.SUCCESS, "aslo check")
    assert run.title == f"Ready to be released: {check_commit.FINE}"
    assert "Nothing was published" in run.summary
    [kept] = world.store.known_checks.values()
    assert run.details_url == f"https://aslo.example/builds/{kept.id}"
    assert kept.told
    assert world.forge.comments == {}
    assert world.forge.statuses == []


def test_a_longer_one_is_told_of_when_it_has_begun_and_ended(world, check, tell, slow):
    slow()
    check(head=a_head(pull_request=12))
    tell()

    begun, ended = told(world)
    assert (begun.state, begun.title) == (CommitState.PENDING, "Checking pull request #12")
    assert (ended.state, ended.key) == (CommitState.SUCCESS, begun.key)


def test_problems_are_annotations_on_their_lines(world, check, tell):
    world.examiner.verdict = found(("bad-version", 3), ("bad-bundle-id", 4))
    check()
    tell()

    [run] = told(world)
    assert run.state is CommitState.FAILURE
    assert run.title == "Not ready to be released: 2 to cure"
    assert sorted((each.path, each.line) for each in run.annotations) == [
        (INFO_FILE, 3),
        (INFO_FILE, 4),
    ]
    assert "Cure:" in run.summary


def test_trouble_on_our_side_says_nothing_about_the_commit(world, check, tell):
    world.builder.fails = [RuntimeError("odd")] * 3
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    for _ in range(3):
        check()
        world.clock.tick(3600)
        tell()

    run = told(world)[-1]
    assert run.state is CommitState.ERROR
    assert "Re-run the check" in run.summary


def test_what_ends_quietly_is_told_to_nobody(world, check, tell):
    world.source.fail = gone()
    check()
    tell()

    assert told(world) == []
    [kept] = world.store.known_checks.values()
    assert (kept.state, kept.told) == (BuildState.WITHDRAWN, True)
    assert all(each.sent is ReportState.DROPPED for each in world.store.known_reports.values())


def test_what_was_begun_to_be_told_is_told_to_its_end(world, check, tell, slow):
    def stop():
        raise Stopped

    slow(then=stop)
    with pytest.raises(Stopped):
        check()
    world.source.fail = gone()
    check()
    tell()

    begun, ended = told(world)
    assert (begun.state, ended.state) == (CommitState.PENDING, CommitState.ERROR)
    assert ended.title.startswith("Not checked")


def test_a_beginning_that_is_being_told_is_followed_by_its_end(world, check, tell, slow):
    """Whoever tells of the beginning may be at it while the end comes."""
    taken = []

    def take():
        taken.append(world.store.claim_report("w", world.clock(), LEASE, aside=True))

    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.builder.before = lambda: (world.clock.tick(10), take())
    check()
    tell()
    assert taken[0].kind is ReportKind.STARTED_CHECK
    assert told(world) == []
    world.store.settle_report(taken[0].id, ReportState.SENT)
    tell()

    assert [run.state for run in told(world)] == [CommitState.SUCCESS]


def test_where_the_app_is_gone_meanwhile_nothing_is_written(world, check, tell):
    check()
    world.forge.installed = False
    tell()

    assert told(world) == []
    assert world.forge.statuses == []
    assert world.store.figures().reports == 0


def test_a_second_round_is_told_by_a_run_of_its_own(world, check, tell):
    first = check()
    tell()
    stored = world.store.check(first.id)
    world.store.replace_check(stored, stored.restart(world.clock(), "again"))
    work.check("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext())
    tell()

    assert sorted(world.forge.checks) == [f"{first.id}-1", f"{first.id}-2"]


def test_an_activity_of_the_store_is_missed(world, check, tell):
    world.source.files = {}
    world.examiner.verdict = found(("no-info", None))
    world.store.activities["org.sugarlabs.Moon"] = an_activity(repository=a_repository())
    check()
    tell()

    [run] = told(world)
    assert run.state is CommitState.FAILURE


def test_three_hundred_pushes_leave_what_releases_need(world, tell):
    for number in range(300):
        commit = f"{number:040x}"
        repository = a_repository(number + 1)
        world.store.add_check(a_check(commit, head=a_head(commit), repository=repository))
    while work.check("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext()):
        pass
    tell()
    assert len(told(world)) == A_MINUTE // 2

    for number in range(A_MINUTE // 2):
        world.store.add_report(a_report(build=f"b{number}", created_at=world.clock()))
    tell()
    assert len(world.forge.statuses) == A_MINUTE // 2
    assert len(told(world)) == A_MINUTE // 2
    minutes = 0
    while len(told(world)) < 300:
        world.clock.tick(60)
        tell()
        minutes += 1
        assert sum(world.clock() - at < timedelta(minutes=1) for at in written(world)) <= A_MINUTE
    assert minutes < 120


def written(world):
    return world.store.throttle().written


def test_a_check_is_told_in_the_language_of_its_tree(world, check, tell):
    settings = b'[messages]\nlanguage = "es"\n'
    world.source.files = {**a_tree(), ".aslo.toml": settings}
    world.examiner.verdict = found(("no-exec", None))

    ended = check()
    tell()

    [[told_once]] = world.forge.checks.values()
    assert ended.language == "es"
    assert told_once.title == "No está listo para publicarse: 1 por corregir"
    assert "Nada dice cómo se inicia la actividad" in told_once.summary
    assert "No se publicó nada." in told_once.summary


def test_a_language_that_is_not_spoken_is_told_of_before_the_release(world, check):
    settings = b'[messages]\nlanguage = "tlh"\n'
    world.source.files = {**a_tree(), ".aslo.toml": settings}

    ended = check()

    assert ended.state is BuildState.PASSED
    assert [(each.code, each.line) for each in ended.problems] == [("unknown-language", 2)]


def test_the_beginning_of_a_check_is_told_in_the_language_of_the_activity(world, check, slow):
    world.store.claim_bundle_id(an_activity(language="fr"))
    slow()

    check()

    [[begun, *_]] = world.forge.checks.values()
    assert "Vérification de" in begun.title
    assert "en sera publié." in begun.summary
