"""Work a claimed build from its delivery to its end: the life of a release."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from aslo.domain import resemblance
from aslo.domain.build import Build, BuildState, SourceKind, StepName
from aslo.domain.errors import ForgeError, StaleClaimError, TagNotFoundError
from aslo.services import lookalike, precheck, publish, report, source, speaking
from aslo.services.attempt import Attempt
from aslo.services.check import CheckedBundle, check_bundle
from aslo.services.trying import attempt_once
from aslo.services.workbench import Workbench

SAID = {
    BuildState.PUBLISHED: "is published",
    BuildState.SUPERSEDED: "with this very content is published already",
}
HELD = "is held until a person of the store has looked at its bundle id"


def run(build: Build, *, bench: Workbench) -> Build:
    """Work a build that was just claimed, to an end or back to the queue, and return it."""
    store, clock = bench.store, bench.clock
    attempt = Attempt(build, save=store.save_build, log=store.append_log, clock=clock)
    with suppress(StaleClaimError):
        attempt_once(
            attempt,
            partial(_story, attempt, bench=bench),
            rules=bench.rules,
            workspace=bench.workspace,
            clock=clock,
        )
    return attempt.build


def _story(attempt: Attempt[Build], folder: Path, bench: Workbench) -> None:
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
            speaking.listen(attempt, got.tree, bench.words)
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


def _tell_of_start(attempt: Attempt[Build], bench: Workbench) -> None:
    speaking.recall(attempt, bench.store)
    voice = speaking.voice_of(attempt.build, bench.words)
    report.started(
        attempt.build, store=bench.store, clock=bench.clock, rules=bench.rules, voice=voice
    )


def _wait_for(name: str, attempt: Attempt[Build], bench: Workbench) -> None:
    now, build = bench.clock(), attempt.build
    # Waiting is not trying: the attempt does not count.
    build = replace(
        build, attempt=build.attempt - 1, steps=(), waits_since=build.waits_since or now
    )
    later = now + source.ASSET_PAUSE
    attempt.requeue(build.requeue(later, f"Waiting for {name} to be uploaded."))


def _resolve(attempt: Attempt[Build], bench: Workbench) -> bool:
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


def _is_private(attempt: Attempt[Build], bench: Workbench) -> bool:
    """Whether the owner hid the repository while its release was built."""
    place = bench.forge.repository(attempt.build.repository)
    return place is not None and place.private


def _build(attempt: Attempt[Build], tree: Path | None, folder: Path, bench: Workbench) -> Path:
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


def _check(attempt: Attempt[Build], bundle: Path) -> CheckedBundle:
    checked = check_bundle(bundle, tag=attempt.build.release.tag)
    attempt.note(
        bundle_id=checked.bundle_id,
        version=checked.version,
        problems=(*attempt.build.problems, *checked.warnings),
    )
    for warning in checked.warnings:
        attempt.log(f"warning: {warning}")
    return checked
