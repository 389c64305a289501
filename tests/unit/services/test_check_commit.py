"""The check of a commit from its claim to its end."""

from contextlib import nullcontext, suppress
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from aslo.domain.activity import RepositoryState
from aslo.domain.build import BuildState, StepName, StepState
from aslo.domain.errors import (
    BadSourceError,
    BuilderError,
    BuildFailedError,
    ForgeError,
    ForgeLimitError,
)
from aslo.domain.info import read_info
from aslo.domain.problem import Problem, Severity
from aslo.domain.verdict import Verdict
from aslo.ports import CheckRecord
from aslo.services import check_commit, work
from aslo.services.trying import Stopped
from aslo.services.workbench import CheckBench
from fakes.values import COMMIT, a_build, a_check, a_head, a_repository, an_activity
from fakes.world import INFO, a_bundle, a_tree

LEASE = timedelta(minutes=1)
TRIAL = b"[check]\ntrial-build = true\n"
BAD_NAME = Problem("bad-name", "the name is too long", "Shorten it.", "activity/activity.info", 2)
BAD_PO = Problem("bad-translation", "odd", "Mend it.", "po/es.po", 7, Severity.WARNING)


def gone():
    error = BadSourceError("there is no commit")
    error.is_gone = True
    return error


@pytest.fixture
def check(world):
    """Queue a check and work it once; later calls claim it again."""
    world.forge.installed = True

    def call(**changes):
        world.store.add_check(a_check(**changes))
        return work.check("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext())

    return call


def states(checked):
    return {step.name: step.state for step in checked.steps}


def test_a_sound_tree_passes_without_a_builder(world, check):
    checked = check()

    assert (checked.state, checked.problems) == (BuildState.PASSED, ())
    assert checked.outcome == check_commit.FINE
    assert world.source.fetched == [COMMIT]
    assert world.builder.built == 0
    assert states(checked) == {
        StepName.RESOLVE: StepState.PASSED,
        StepName.SOURCE: StepState.PASSED,
        StepName.BUILD: StepState.SKIPPED,
        StepName.CHECK: StepState.PASSED,
    }
    assert world.store.check(checked.id) == checked


def test_nothing_is_kept_but_the_check_its_log_and_its_report(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    check()

    assert list(world.files.walk()) == []
    assert world.store.activities == {}
    assert world.store.known_releases == {}
    assert world.store.known_builds == {}
    assert world.store.announced == []
    assert not list(world.workspace.root.glob("*"))


def test_what_publishes_is_not_in_the_hands_of_a_check():
    given = {field.name for field in fields(CheckBench)}
    works_with = {"source", "examiner", "builder", "workspace", "clock", "rules"}
    assert given == {"store", "words", "forge"} | works_with
    may = {name for name in vars(CheckRecord) if not name.startswith("_")}
    assert may == {"save_check", "append_log", "activities_of_repository", "add_report"}


def test_all_that_the_look_finds_is_told_and_fails_the_check(world, check):
    world.examiner.verdict = Verdict((BAD_NAME, BAD_PO))

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.FAILED, (BAD_NAME, BAD_PO))
    assert checked.outcome == "1 problem keeps this commit from being released."
    assert states(checked)[StepName.CHECK] is StepState.FAILED


def test_a_warning_is_told_and_passes(world, check):
    world.examiner.verdict = Verdict((BAD_PO,))

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.PASSED, (BAD_PO,))


def test_a_tree_that_a_trial_build_would_only_waste_time_on_is_not_built(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.examiner.verdict = Verdict((BAD_NAME,))

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.FAILED, (BAD_NAME,))
    assert world.builder.built == 0


def test_what_a_trial_bundle_shows_again_is_told_once(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    info = INFO + "url = moon\n"
    world.builder.bundle = a_bundle(a_tree(info))
    [seen, *_] = read_info(info.encode())[1]
    at_its_source = replace(seen, file="po/es.po", line=7)
    world.examiner.verdict = Verdict((at_its_source,))

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.PASSED, (at_its_source,))
    assert world.builder.built == 1


def test_what_only_a_trial_bundle_shows_is_told_beside_what_the_look_found(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.examiner.verdict = Verdict((BAD_PO,))
    world.builder.bundle = a_bundle(a_tree(INFO + "url = moon\n"))

    checked = check()

    assert checked.state is BuildState.PASSED
    assert [each.code for each in checked.problems] == ["bad-translation", "bad-url"]
    broken = INFO.replace("icon = activity-moon", "icon = none") + "url = moon\n"
    world.builder.bundle = a_bundle(a_tree(broken))
    checked = check(commit="d" * 40)
    codes = [each.code for each in checked.problems]
    assert checked.state is BuildState.FAILED
    assert sorted(codes) == sorted(set(codes)) == ["bad-translation", "bad-url", "missing-icon"]


def test_a_second_try_tells_nothing_twice(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.examiner.verdict = Verdict((BAD_PO,))
    world.builder.fails = [BuilderError("away")]
    assert check().state is BuildState.QUEUED
    world.clock.tick(3600)

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.PASSED, (BAD_PO,))


def test_settings_that_cannot_be_read_are_left_to_the_look(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": b"[check]\ntrial-build = 1\n"}
    problem = Problem("bad-settings", "it is no flag", "Say true.", ".aslo.toml", 2)
    world.examiner.verdict = Verdict((problem,))

    assert check().problems == (problem,)


def test_a_look_that_fails_for_our_own_fault_is_tried_again(world, check):
    def broken(tree, into):
        raise BuilderError("the examining process left no verdict")

    world.examiner.examine = broken

    assert check().state is BuildState.QUEUED


def test_a_trial_bundle_is_made_and_checked_as_of_a_release(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.builder.bundle = a_bundle(a_tree(INFO.replace("icon = activity-moon", "icon = none")))

    checked = check()

    assert (checked.state, checked.builder) == (BuildState.FAILED, "fake")
    assert [problem.code for problem in checked.problems if "icon" in problem.code]
    world.builder.bundle = a_bundle()
    again = check(commit="d" * 40)
    assert (again.state, again.outcome) == (BuildState.PASSED, check_commit.TRIED_AND_FINE)


def test_a_trial_build_that_fails_is_the_authors_to_cure(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    problem = Problem("setup-failed", "setup.py ended with 1", "Mend it.")
    world.builder.fails = [BuildFailedError("setup.py ended with 1", [problem])]

    checked = check()

    assert (checked.state, checked.problems) == (BuildState.FAILED, (problem,))


def test_of_a_tree_that_its_own_setup_makes_no_more_is_said_than_is_known(world, check):
    world.source.files = {".aslo.toml": b"[build]\nrun-setup = true\n", "setup.py": b""}
    world.store.activities["org.sugarlabs.Moon"] = an_activity(repository=a_repository())

    checked = check()

    assert (checked.state, checked.outcome) == (BuildState.PASSED, check_commit.UNSEEN)
    assert world.examiner.examined == 0


def test_a_repository_without_an_activity_is_left_alone(world, check):
    world.source.files = {"README.md": b"no activity"}

    checked = check()

    assert (checked.state, checked.outcome) == (BuildState.WITHDRAWN, check_commit.NO_ACTIVITY)


def test_an_activity_whose_info_is_gone_is_looked_at_all_the_same(world, check):
    world.source.files = {"README.md": b"oops"}
    world.store.activities["org.sugarlabs.Moon"] = an_activity(repository=a_repository())

    assert check().state is BuildState.PASSED
    assert world.examiner.examined == 1


@pytest.mark.parametrize(
    ("place", "installed", "outcome"),
    [
        (None, True, check_commit.REPOSITORY_GONE),
        (RepositoryState(a_repository(), private=True), True, check_commit.PRIVATE),
        (RepositoryState(a_repository(), private=False), False, check_commit.NOT_OURS),
    ],
)
def test_what_is_not_to_be_checked_ends_quietly(world, check, place, installed, outcome):
    world.forge.states[1] = place
    world.forge.installed = installed

    checked = check()

    assert (checked.state, checked.outcome) == (BuildState.WITHDRAWN, outcome)
    assert world.source.fetched == []
    assert world.store.known_reports == {}


def test_a_commit_that_is_gone_ends_quietly(world, check):
    world.source.fail = gone()

    checked = check()

    assert (checked.state, checked.outcome) == (BuildState.WITHDRAWN, check_commit.COMMIT_GONE)


def test_a_renamed_repository_is_checked_under_its_new_name(world, check):
    new = a_repository(full_name="sugarlabs-demo/selene")
    world.forge.states[1] = RepositoryState(new, private=False)

    assert check().repository == new


def test_trouble_on_our_side_is_tried_three_times_and_then_errored(world, check):
    world.source.fail = ForgeError("away")
    for attempt in (1, 2, 3):
        checked = check()
        assert checked.attempt == attempt
        world.clock.tick(3600)

    assert checked.state is BuildState.ERRORED


def test_a_limit_of_the_forge_is_waited_for_and_is_no_try(world, check):
    world.forge.fails["repository"] = [
        ForgeLimitError("slow down", retry_after=timedelta(seconds=60))
    ]
    waiting = check()
    assert (waiting.state, waiting.attempt) == (BuildState.QUEUED, 0)
    world.clock.tick(61)
    assert check().state is BuildState.PASSED


def test_a_worker_that_is_stopped_gives_the_check_back(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    world.builder.fails = [Stopped()]

    with pytest.raises(Stopped):
        check()

    [kept] = world.store.known_checks.values()
    assert (kept.state, kept.attempt) == (BuildState.QUEUED, 0)


def test_a_lost_claim_is_let_go(world, check):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    store = world.store

    def lose():
        [kept] = store.known_checks.values()
        store.known_checks[kept.id] = replace(kept, fence=kept.fence + 1)

    world.builder.before = lose
    check()

    [kept] = store.known_checks.values()
    assert (kept.state, kept.fence) == (BuildState.RUNNING, 2)


def test_a_build_is_taken_before_a_check(world):
    world.forge.installed = True
    world.store.add_check(a_check())
    world.store.add_build(a_build())
    how = {"bench": world.bench, "lease": LEASE, "keep": lambda _: nullcontext()}

    assert work.build("w", **how).state is BuildState.PUBLISHED
    assert work.build("w", **how) is None
    assert work.check("w", **how).state is BuildState.PASSED


def test_while_one_check_runs_no_other_begins_whatever_waits(world, check):
    other = a_check("d" * 40, repository=a_repository(2), head=a_head("d" * 40))
    world.store.add_check(other)
    world.store.claim_check("another", world.clock(), LEASE, 1)

    assert check() is None


@pytest.mark.parametrize("times", [1, 99])
@pytest.mark.parametrize(
    ("port", "method"),
    [
        ("forge", "repository"),
        ("forge", "acts_as_app"),
        ("source", "fetch"),
        ("examiner", "examine"),
        ("builder", "build"),
        ("workspace", "open"),
        ("store", "add_report"),
        ("store", "append_log"),
        ("store", "save_check"),
    ],
)
def test_whatever_breaks_a_check_comes_to_an_end(world, check, port, method, times):
    world.source.files = {**a_tree(), ".aslo.toml": TRIAL}
    left, whole = [OSError(28, "No space left on device")] * times, getattr(world, port)
    real = getattr(whole, method)

    def breaking(*given, **named):
        if left:
            raise left.pop()
        return real(*given, **named)

    setattr(whole, method, breaking)
    for _ in range(6):
        with suppress(OSError):
            check()
        # A store that is away for good is the one thing that nothing can be written into.
        world.clock.tick(3600)
    left.clear()
    for _ in range(2):
        check()
        world.clock.tick(3600)

    [kept] = world.store.known_checks.values()
    assert kept.state in (BuildState.PASSED, BuildState.ERRORED)
    assert kept.state is BuildState.PASSED or times > 1
