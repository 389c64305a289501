"""One try at claimed work, whatever comes: an end, or back to the queue for a later try."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aslo.domain.build import BuildState, Work
from aslo.domain.errors import AuthorError, ForgeLimitError, OutageError, StaleClaimError
from aslo.ports import Clock, Workspace
from aslo.services.attempt import Attempt, Claimed
from aslo.services.workbench import Rules

logger = logging.getLogger(__name__)

FIRST_BACKOFF = timedelta(seconds=7)
LIMIT_PATIENCE = timedelta(hours=6)
"""Beyond any limit that passes by itself, and then it counts like other trouble."""


class Stopped(BaseException):
    """Ends a build in the middle; it goes back to the queue as if it had not been tried."""


class TimeUp(BaseException):
    """Ends a build in the middle because its time is over."""


def time_left(build: Work, *, rules: Rules, clock: Clock) -> timedelta:
    """How much of its time the round of claimed work still has."""
    now = clock()
    return max((build.begun_at or now) + rules.longest - now, timedelta())


def attempt_once(
    attempt: Attempt[Claimed],
    story: Callable[[Path], None],
    *,
    rules: Rules,
    workspace: Workspace,
    clock: Clock,
) -> None:
    """Run the story of claimed work in a folder of its own, and see that it ends or is tried
    again, as often and as long as the rules say; StaleClaimError if somebody else has it by now."""
    try:
        _guarded(attempt, story, rules, workspace, clock)
    except TimeUp:
        _end_late(attempt, rules)


def _guarded(
    attempt: Attempt[Claimed],
    story: Callable[[Path], None],
    rules: Rules,
    workspace: Workspace,
    clock: Clock,
) -> None:
    if not time_left(attempt.build, rules=rules, clock=clock):
        # Its worker died late, or its next try came late.
        _end_late(attempt, rules)
        return
    if attempt.build.attempt > rules.attempts:
        # Whoever worked on it before died without a word, each time.
        attempt.end(BuildState.ERRORED, "The build was cut off each time it was tried.")
        return
    try:
        with workspace.open(attempt.build.id, attempt.build.fence) as folder:
            story(folder)
    except StaleClaimError:
        raise
    except Stopped:
        build = _untried(attempt.build, clock)
        attempt.requeue(build.requeue(clock(), "The worker was stopped; it goes on soon."))
        raise
    except ForgeLimitError as error:
        _leave_alone(attempt, error, rules, clock)
    except AuthorError as error:
        attempt.log(f"failed: {error.message}")
        for problem in error.problems:
            attempt.log(f"{problem.severity}: {problem}")
        # What could be better is told as well, for it was found before what ended it.
        problems = dict.fromkeys((*error.problems, *attempt.build.problems))
        attempt.end(BuildState.FAILED, _sentence(error.message), problems)
    except OutageError as error:
        logger.warning("build %s: %s", attempt.build.id, error)
        _try_later(attempt, error.retry_after, rules, clock)
    except Exception:
        logger.exception("build %s broke", attempt.build.id)
        _try_later(attempt, None, rules, clock)


def _untried(build: Claimed, clock: Clock) -> Claimed:
    """It as if it had not been claimed this time."""
    taken = clock() - (build.claimed_at or clock())
    return replace(build, attempt=build.attempt - 1).left_out(taken)


def _end_late(attempt: Attempt[Claimed], rules: Rules) -> None:
    minutes = rules.longest.total_seconds() / 60
    logger.warning("build %s was ended after %.0f minutes", attempt.build.id, minutes)
    attempt.log(f"gave up: {minutes:.0f} minutes have not been enough for all that was tried")
    attempt.end(
        BuildState.ERRORED, f"The build did not come to its end within {minutes:.0f} minutes."
    )


def _leave_alone(
    attempt: Attempt[Claimed], error: ForgeLimitError, rules: Rules, clock: Clock
) -> None:
    now, build = clock(), attempt.build
    since = build.limited_since or now
    if now - since > LIMIT_PATIENCE:
        _try_later(attempt, error.pause, rules, clock)
        return
    attempt.log(f"{error}; going on in {error.pause.total_seconds():.0f} s")
    # Waiting is not trying: the attempt does not count.
    build = replace(build, attempt=build.attempt - 1, steps=(), limited_since=since)
    build = build.left_out(error.pause)
    attempt.requeue(build.requeue(now + error.pause, "Waiting until GitHub may be asked again."))


def _try_later(
    attempt: Attempt[Claimed], retry_after: timedelta | None, rules: Rules, clock: Clock
) -> None:
    build = attempt.build
    if build.attempt >= rules.attempts:
        attempt.log("gave up: the trouble is on our side")
        attempt.end(
            BuildState.ERRORED, f"Something on our side failed {build.attempt} times in a row."
        )
        return
    ours, theirs = FIRST_BACKOFF * 4 ** (build.attempt - 1), retry_after or timedelta()
    pause = max(ours, theirs)
    attempt.log(f"trouble on our side; trying again in {pause.total_seconds():.0f} s")
    later = build.left_out(theirs)
    attempt.requeue(later.requeue(clock() + pause, "Trouble on our side; it will be tried again."))


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
