"""Check a commit before there is a release of it: the tree, and a trial bundle if it is asked for.

Nothing here is given what publishes: see `CheckBench`.
"""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from aslo.domain.build import BuildState, StepName
from aslo.domain.commit_check import CommitCheck
from aslo.domain.errors import (
    BadBundleError,
    BadSourceError,
    BuildFailedError,
    StaleClaimError,
)
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings import RepositorySettings
from aslo.services import check_report, precheck, speaking
from aslo.services.attempt import Attempt
from aslo.services.check import check_bundle
from aslo.services.trying import attempt_once
from aslo.services.workbench import CheckBench

Claim = Attempt[CommitCheck]

NOT_OURS = "The GitHub App is not installed there any more."
PRIVATE = "The repository is private, so nothing of it is looked at."
REPOSITORY_GONE = "The repository is gone."
COMMIT_GONE = "The commit is gone."
NO_ACTIVITY = "There is no activity in this commit."
FINE = "Nothing was found that would keep it from being released."
UNSEEN = "Its own setup.py makes the bundle; only a trial build, or a release, tells more."
TRIED_AND_FINE = "A trial bundle was made, and nothing was found that would keep it from release."


def run(check: CommitCheck, *, bench: CheckBench) -> CommitCheck:
    """Work a check that was just claimed, to an end or back to the queue, and return it."""
    store, clock = bench.store, bench.clock
    attempt = Attempt(check, save=store.save_check, log=store.append_log, clock=clock)
    with suppress(StaleClaimError):
        attempt_once(
            attempt,
            partial(_story, attempt, bench=bench),
            rules=bench.rules,
            workspace=bench.workspace,
            clock=clock,
        )
    return attempt.build


def _story(attempt: Claim, folder: Path, bench: CheckBench) -> None:
    with attempt.step(StepName.RESOLVE):
        reason = _refusal(attempt, bench)
    if reason:
        attempt.end(BuildState.WITHDRAWN, reason)
        return
    _tell_of_start(attempt, bench)
    try:
        with attempt.step(StepName.SOURCE):
            tree = _fetch(attempt, folder, bench)
            speaking.listen(attempt, tree, bench.words)
    except BadSourceError as error:
        if not error.is_gone:
            raise
        # Pushed over, or its branch deleted: nobody waits for this answer any more.
        attempt.end(BuildState.WITHDRAWN, COMMIT_GONE)
        return
    if not precheck.is_activity(tree) and not _has_activity(attempt.build, bench):
        attempt.end(BuildState.WITHDRAWN, NO_ACTIVITY)
        return
    _judge(attempt, tree, folder, bench)


def _tell_of_start(attempt: Claim, bench: CheckBench) -> None:
    speaking.recall(attempt, bench.store)
    voice = speaking.voice_of(attempt.build, bench.words)
    check_report.started(
        attempt.build, store=bench.store, clock=bench.clock, rules=bench.rules, voice=voice
    )


def _refusal(attempt: Claim, bench: CheckBench) -> str:
    """Why the commit is not to be checked, by what the forge says now."""
    place = bench.forge.repository(attempt.build.repository)
    if place is None:
        return REPOSITORY_GONE
    if place.private:
        return PRIVATE
    if place.repository != attempt.build.repository:
        # Renamed since the delivery; its old name may be somebody else's by now.
        attempt.note(repository=place.repository)
    return "" if bench.forge.acts_as_app(place.repository) else NOT_OURS


def _fetch(attempt: Claim, folder: Path, bench: CheckBench) -> Path:
    check, into = attempt.build, folder / "tree"
    into.mkdir()
    commit = check.head.commit
    # By its name, of the repository that was told of: what a fork proposes is there, too.
    return bench.source().fetch(check.repository, check.head.ref, commit, into, attempt.log)


def _has_activity(check: CommitCheck, bench: CheckBench) -> bool:
    """Whether the store has an activity of that repository, so that a tree without one is a slip.
    An App may be installed on all repositories of an owner."""
    return bool(bench.store.activities_of_repository(check.repository.id))


def _judge(attempt: Claim, tree: Path, folder: Path, bench: CheckBench) -> None:
    settings = _settings(tree)
    if settings.trial_build:
        _try_out(attempt, tree, folder, settings, bench)
        attempt.end(BuildState.PASSED, TRIED_AND_FINE)
        return
    attempt.skip(StepName.BUILD)
    with attempt.step(StepName.CHECK):
        _look(attempt, tree, folder, settings, bench)
    attempt.end(BuildState.PASSED, UNSEEN if settings.run_setup else FINE)


def _settings(tree: Path) -> RepositorySettings:
    try:
        return precheck.settings_of(tree)
    except BuildFailedError:
        # The look at the tree tells what is wrong with them, and what else there is.
        return RepositorySettings()


def _look(
    attempt: Claim, tree: Path, folder: Path, settings: RepositorySettings, bench: CheckBench
) -> None:
    """Tell what `aslo check` would; BuildFailedError with all of it if there is an error."""
    if settings.run_setup:
        # Its own setup.py may still change everything.
        return
    into = folder / "look"
    into.mkdir()
    verdict = bench.examiner.examine(tree, into)
    if verdict.errors:
        noun = "problem keeps" if verdict.errors == 1 else "problems keep"
        message = f"{verdict.errors} {noun} this commit from being released"
        raise BuildFailedError(message, verdict.problems)
    for problem in verdict.problems:
        # A try before this one may have told it, and met an outage.
        if problem not in attempt.build.problems:
            attempt.warn(problem)


def _try_out(
    attempt: Claim, tree: Path, folder: Path, settings: RepositorySettings, bench: CheckBench
) -> None:
    """Make a bundle as of a release, and check that; it goes with the folder."""
    with attempt.step(StepName.BUILD):
        _look(attempt, tree, folder, settings, bench)
        builder = bench.builder()
        attempt.note(builder=builder.name)
        attempt.log(f"building with the {builder.name} builder, for trial")
        into = folder / "bundle"
        into.mkdir()
        bundle = builder.build(tree, into, attempt.log)
    with attempt.step(StepName.CHECK):
        _check_trial(attempt, bundle)


def _check_trial(attempt: Claim, bundle: Path) -> None:
    try:
        found = check_bundle(bundle).warnings
    except BadBundleError as error:
        raise BadBundleError(_news(attempt, error.problems)) from error
    for problem in _news(attempt, found):
        attempt.warn(problem)


def _news(attempt: Claim, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What was not told yet. A warning is known by its kind alone: the look at the tree had the
    same files before it, and places a fault of a made file at the source of that."""
    told = {problem.code for problem in attempt.build.problems}
    return tuple(
        problem
        for problem in problems
        if problem.severity is Severity.ERROR or problem.code not in told
    )
