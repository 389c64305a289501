"""Work a claimed build from its delivery to its end: the life of a release."""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aslo.domain import resemblance
from aslo.domain.build import Build, BuildState, SourceKind, StepName
from aslo.domain.errors import (
    AuthorError,
    ForgeError,
    ForgeLimitError,
    OutageError,
    StaleClaimError,
    TagNotFoundError,
)
from aslo.services import lookalike, precheck, publish, report, source, speaking
from aslo.services.attempt import Attempt
from aslo.services.check import CheckedBundle, check_bundle
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

FIRST_BACKOFF = timedelta(seconds=7)
LIMIT_PATIENCE = timedelta(hours=6)
"""Beyond any limit that passes by itself, and then it counts like other trouble."""
SAID = {
    BuildState.PUBLISHED: "is published",
    BuildState.SUPERSEDED: "with this very content is published already",
}
HELD = "is held until a person of the store has looked at its bundle id"


def run(build: Build, *, bench: Workbench) -> Build:
    """Work a build that was just claimed, to an end or back to the queue, and return it."""
    attempt = Attempt(build, store=bench.store, clock=bench.clock)
    with suppress(StaleClaimError):
        try:
            _guarded(attempt, bench)
        except TimeUp:
            _end_late(attempt, bench)
    return attempt.build


def time_left(build: Build, *, bench: Workbench) -> timedelta:
    """How much of its time the round of a claimed build still has."""
    now = bench.clock()
    return max((build.begun_at or now) + bench.rules.longest - now, timedelta())


class Stopped(BaseException):
    """Ends a build in the middle; it goes back to the queue as if it had not been tried."""


class TimeUp(BaseException):
    """Ends a build in the middle because its time is over."""


def _guarded(attempt: Attempt, bench: Workbench) -> None:
    if not time_left(attempt.build, bench=bench):
        # Its worker died late, or its next try came late.
        _end_late(attempt, bench)
        return
    if attempt.build.attempt > bench.rules.attempts:
        # Whoever worked on it before died without a word, each time.
        attempt.end(BuildState.ERRORED, "The build was cut off each time it was tried.")
        return
    try:
        with bench.workspace.open(attempt.build.id, attempt.build.fence) as folder:
            _story(attempt, folder, bench)
    except StaleClaimError:
        raise
    except Stopped:
        build = _untried(attempt.build, bench)
        attempt.requeue(build.requeue(bench.clock(), "The worker was stopped; it goes on soon."))
        raise
    except ForgeLimitError as error:
        _leave_alone(attempt, error, bench)
    except AuthorError as error:
        attempt.log(f"failed: {error.message}")
        for problem in error.problems:
            attempt.log(f"{problem.severity}: {problem}")
        # What could be better is told as well, for it was found before what ended it.
        problems = dict.fromkeys((*error.problems, *attempt.build.problems))
        attempt.end(BuildState.FAILED, _sentence(error.message), problems)
    except OutageError as error:
        logger.warning("build %s: %s", attempt.build.id, error)
        _try_later(attempt, error.retry_after, bench)
    except Exception:
        logger.exception("build %s broke", attempt.build.id)
        _try_later(attempt, None, bench)


def _untried(build: Build, bench: Workbench) -> Build:
    """The build as if it had not been claimed this time."""
    taken = bench.clock() - (build.claimed_at or bench.clock())
    return replace(build, attempt=build.attempt - 1).left_out(taken)


def _end_late(attempt: Attempt, bench: Workbench) -> None:
    minutes = bench.rules.longest.total_seconds() / 60
    logger.warning("build %s was ended after %.0f minutes", attempt.build.id, minutes)
    attempt.log(f"gave up: {minutes:.0f} minutes have not been enough for all that was tried")
    attempt.end(
        BuildState.ERRORED, f"The build did not come to its end within {minutes:.0f} minutes."
    )


def _story(attempt: Attempt, folder: Path, bench: Workbench) -> None:
    with attempt.step(StepName.RESOLVE):
        wanted = _resolve(attempt, bench)
    if not wanted:
        attempt.end(BuildState.WITHDRAWN, "The release was taken back before it was built.")
        return
    _tell_of_start(attempt, bench)
    with attempt.step(StepName.SOURCE):
        asset = source.choose_asset(attempt.build.release.assets)
        missing = source.missing_upload(
            asset, attempt.build, now=bench.clock(), patience=bench.rules.asset_wait
        )
        got = None if missing else source.fetch(attempt, asset, folder, bench=bench)
        if got is not None:
            speaking.listen(attempt, got.tree, bench)
    if got is None:
        _wait_for(missing, attempt, bench)
        return
    bundle = got.bundle or _build(attempt, got.tree, folder, bench)
    if got.bundle is not None:
        attempt.skip(StepName.BUILD)
    with attempt.step(StepName.CHECK):
        checked = _check(attempt, bundle)
    if _is_private(attempt, bench):
        attempt.end(BuildState.WITHDRAWN, "The repository became private.")
        return
    with attempt.step(StepName.PUBLISH):
        state = publish.publish(attempt, bundle, checked, got.tree, folder, bench=bench)
    held = resemblance.is_told(attempt.build.problems)
    said = HELD if held else SAID[state]
    attempt.end(state, f"{checked.bundle_id} {checked.version} {said}.")
    if held:
        lookalike.go_on(attempt.build, store=bench.store, clock=bench.clock)


def _tell_of_start(attempt: Attempt, bench: Workbench) -> None:
    speaking.recall(attempt, bench.store)
    voice = speaking.voice_of(attempt.build, bench.words)
    report.started(
        attempt.build, store=bench.store, clock=bench.clock, rules=bench.rules, voice=voice
    )


def _wait_for(name: str, attempt: Attempt, bench: Workbench) -> None:
    now, build = bench.clock(), attempt.build
    # Waiting is not trying: the attempt does not count.
    build = replace(
        build, attempt=build.attempt - 1, steps=(), waits_since=build.waits_since or now
    )
    later = now + source.ASSET_PAUSE
    attempt.requeue(build.requeue(later, f"Waiting for {name} to be uploaded."))


def _resolve(attempt: Attempt, bench: Workbench) -> bool:
    """Ask the forge what the release is now, and resolve its tag, once a round."""
    place = bench.forge.repository(attempt.build.repository)
    if place is not None and place.private:
        return False
    if place is not None and place.repository != attempt.build.repository:
        # Renamed since the delivery; its old name may be somebody else's by now.
        attempt.note(repository=place.repository)
    build = attempt.build
    now = bench.forge.release(build.repository, build.release.id)
    if now is None and build.attempt < bench.rules.attempts:
        # A forge may know a release later than it tells of it.
        raise ForgeError(f"the forge does not show release {build.release.id} yet")
    if now is None or now.draft or now.tag != build.release.tag:
        return False
    commit = build.commit or _commit(build, bench)
    attempt.note(release=now, commit=commit)
    attempt.log(f"tag {build.release.tag} is commit {commit}")
    return True


def _commit(build: Build, bench: Workbench) -> str:
    try:
        return bench.forge.resolve_tag(build.repository, build.release.tag)
    except TagNotFoundError as error:
        if build.attempt >= bench.rules.attempts:
            raise
        # Nor may it know at once the tag that a release names.
        raise ForgeError(f"the forge does not show it yet: {error}") from error


def _is_private(attempt: Attempt, bench: Workbench) -> bool:
    """Whether the owner hid the repository while its release was built."""
    place = bench.forge.repository(attempt.build.repository)
    return place is not None and place.private


def _build(attempt: Attempt, tree: Path | None, folder: Path, bench: Workbench) -> Path:
    if tree is None:
        raise RuntimeError("a build needs a tree, got none")
    with attempt.step(StepName.BUILD):
        precheck.refuse_hopeless(tree)
        builder = bench.builder()
        attempt.note(source=SourceKind.TREE, builder=builder.name)
        attempt.log(f"building with the {builder.name} builder")
        into = folder / "bundle"
        into.mkdir()
        return builder.build(tree, into, attempt.log)


def _check(attempt: Attempt, bundle: Path) -> CheckedBundle:
    checked = check_bundle(bundle, tag=attempt.build.release.tag)
    attempt.note(
        bundle_id=checked.bundle_id,
        version=checked.version,
        problems=(*attempt.build.problems, *checked.warnings),
    )
    for warning in checked.warnings:
        attempt.log(f"warning: {warning}")
    return checked


def _leave_alone(attempt: Attempt, error: ForgeLimitError, bench: Workbench) -> None:
    now, build = bench.clock(), attempt.build
    since = build.limited_since or now
    if now - since > LIMIT_PATIENCE:
        _try_later(attempt, error.pause, bench)
        return
    attempt.log(f"{error}; going on in {error.pause.total_seconds():.0f} s")
    # Waiting is not trying: the attempt does not count.
    build = replace(build, attempt=build.attempt - 1, steps=(), limited_since=since)
    build = build.left_out(error.pause)
    attempt.requeue(build.requeue(now + error.pause, "Waiting until GitHub may be asked again."))


def _try_later(attempt: Attempt, retry_after: timedelta | None, bench: Workbench) -> None:
    build = attempt.build
    if build.attempt >= bench.rules.attempts:
        attempt.log("gave up: the trouble is on our side")
        attempt.end(
            BuildState.ERRORED, f"Something on our side failed {build.attempt} times in a row."
        )
        return
    ours, theirs = FIRST_BACKOFF * 4 ** (build.attempt - 1), retry_after or timedelta()
    pause = max(ours, theirs)
    attempt.log(f"trouble on our side; trying again in {pause.total_seconds():.0f} s")
    attempt.requeue(
        build.left_out(theirs).requeue(
            bench.clock() + pause, "Trouble on our side; it will be tried again."
        )
    )


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
