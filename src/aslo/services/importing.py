"""Take bundles that were made elsewhere into the store, by the same check as any release."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aslo.domain.activity import Activity, Release, StoredFile
from aslo.domain.declared import declared_repository
from aslo.domain.errors import AsloError, BundleIdTakenError, OutageError, VersionTakenError
from aslo.domain.import_errors import BundleFileError
from aslo.domain.imported import ImportOutcome, ImportState, refusal
from aslo.domain.problem import Problem
from aslo.ports import Files, Pictures, Store
from aslo.services.check import CheckedBundle
from aslo.services.finding import Finding, look_through
from aslo.services.foresight import Foresight
from aslo.services.keeping import BUNDLE, icon_problem, keep_icon, save_activity
from aslo.services.survey import Candidate, is_still

AT_ONCE = 40
"""How many bundles are made durable together, unless one activity has more."""

Check = Callable[[Iterable[Path]], Iterator[Finding]]
"""Looks through bundles, one after the other or side by side; what it found, in order."""


def in_turn(paths: Iterable[Path]) -> Iterator[Finding]:
    """Look through bundles in this process."""
    return map(look_through, paths)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A bundle that was checked: its release if that is new, and what will be said of it."""

    candidate: Candidate
    outcome: ImportOutcome
    release: Release | None = None


class Importer:
    """Takes bundles in; `folder` is scratch space."""

    def __init__(
        self,
        *,
        store: Store,
        files: Files,
        pictures: Pictures,
        folder: Path,
        dry_run: bool = False,
        check: Check = in_turn,
    ) -> None:
        self._store, self._files, self._pictures = store, files, pictures
        self._check = check
        self._folder = folder
        self._dry_run = dry_run
        self._foresight = Foresight(store)
        self._icon: tuple[str, bytes, StoredFile] | None = None

    def run(self, groups: Sequence[list[Candidate]]) -> Iterator[list[ImportOutcome]]:
        """Import activity by activity; each list that is given is durable. What was imported
        before, by a run that was killed, is completed. OutageError ends it."""
        findings = self._check([candidate.path for group in groups for candidate in group])
        for some in _bounded(groups):
            ready = [self._prepare(*pair) for pair in zip(some, findings, strict=False)]
            if self._dry_run:
                yield [each.outcome for each in ready]
            else:
                with self._store.batch():
                    outcomes = [each for one in _by_activity(ready) for each in self._record(one)]
                yield outcomes

    def take(self, candidate: Candidate, finding: Finding) -> ImportOutcome:
        """Import one that was checked elsewhere; it is durable when this returns."""
        ready = self._prepare(candidate, finding)
        return ready.outcome if self._dry_run else self._record([ready])[0]

    def _prepare(self, candidate: Candidate, finding: Finding) -> _Ready:
        """Keep the files of a bundle that was checked; nothing names them yet."""
        bundle_id = ""
        try:
            checked = finding.result()
            bundle_id, outcome = checked.bundle_id, _outcome(candidate, checked)
            if not self._foresight.lets_in(checked):
                return _Ready(candidate, replace(outcome, state=ImportState.ALREADY))
            if self._dry_run:
                return _Ready(candidate, outcome)
            return self._keep(candidate, checked, outcome)
        except OutageError:
            raise
        except AsloError as error:
            return _Ready(candidate, refusal(candidate.stamp, error, bundle_id))

    def _keep(self, candidate: Candidate, checked: CheckedBundle, outcome: ImportOutcome) -> _Ready:
        icon, problems = self._kept_icon(checked)
        release = Release(
            bundle_id=checked.bundle_id,
            version=checked.version,
            build_id="",
            tag=candidate.tag,
            commit=candidate.stamp.commit,
            published_at=candidate.published_at,
            # Not today, or a thousand old activities would all be news.
            listed_at=candidate.published_at,
            bundle=self._files.add(candidate.path, BUNDLE),
            content_digest=checked.content_digest,
            file_name=checked.file_name,
            details=checked.details,
            icon=icon,
        )
        if not is_still(candidate.stamp):
            raise BundleFileError("it changed while it was read")
        warnings = (*outcome.warnings, *map(str, problems))
        return _Ready(candidate, replace(outcome, warnings=warnings), release)

    def _kept_icon(self, checked: CheckedBundle) -> tuple[StoredFile | None, tuple[Problem, ...]]:
        if checked.icon is None:
            return None, ()
        # The versions of an activity mostly share it.
        if self._icon is not None and self._icon[:2] == (checked.bundle_id, checked.icon):
            return self._icon[2], ()
        try:
            kept = keep_icon(
                checked.icon,
                checked.bundle_id,
                self._folder,
                pictures=self._pictures,
                files=self._files,
            )
        except ValueError as error:
            return None, (icon_problem(error),)
        self._icon = checked.bundle_id, checked.icon, kept
        return kept, ()

    def _record(self, ready: list[_Ready]) -> list[ImportOutcome]:
        """Write the releases of one activity, then the activity, then the change."""
        outcomes = [self._add(each) for each in ready]
        activity = self._store.activity(outcomes[0].bundle_id)
        welcome = any(each.state is not ImportState.REFUSED for each in outcomes)
        if welcome and activity is not None and activity.repository.is_declared:
            name = ready[-1].candidate.repository
            save_activity(activity, lambda known: _declaring(known, name), self._store)
            # Also for what was there: whoever wrote it may have been killed before this.
            self._store.announce(activity.bundle_id)
        return outcomes

    def _add(self, ready: _Ready) -> ImportOutcome:
        release, outcome = ready.release, ready.outcome
        if release is None:
            return outcome
        try:
            self._claim(release.bundle_id, ready.candidate)
        except BundleIdTakenError as error:
            return refusal(outcome.stamp, error, release.bundle_id)
        stored = self._store.add_release(release)
        same = stored.content_digest == release.content_digest
        if same:
            return outcome
        taken = VersionTakenError(stored.bundle_id, stored.version, stored.tag)
        return refusal(outcome.stamp, taken, stored.bundle_id)

    def _claim(self, bundle_id: str, candidate: Candidate) -> None:
        repository = declared_repository(candidate.repository)
        created_at = candidate.begun_at or candidate.published_at
        known = self._store.claim_bundle_id(Activity(bundle_id, repository, created_at))
        if known.bundle_id != bundle_id or not known.repository.is_declared:
            raise BundleIdTakenError(bundle_id, known.bundle_id, known.repository.full_name)


def _declaring(activity: Activity, name: str) -> Activity:
    """With the repository that its bundles name, unless it has one: the operator's word stays."""
    if activity.repository.full_name or not name:
        return activity
    return replace(activity, repository=declared_repository(name))


def _bounded(groups: Iterable[list[Candidate]]) -> Iterator[list[Candidate]]:
    some: list[Candidate] = []
    for group in groups:
        some += group
        if len(some) >= AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _by_activity(ready: Iterable[_Ready]) -> Iterable[list[_Ready]]:
    groups: dict[str, list[_Ready]] = {}
    for each in ready:
        groups.setdefault(each.outcome.bundle_id, []).append(each)
    return groups.values()


def _outcome(candidate: Candidate, checked: CheckedBundle) -> ImportOutcome:
    return ImportOutcome(
        stamp=candidate.stamp,
        state=ImportState.IMPORTED,
        bundle_id=checked.bundle_id,
        version=checked.version,
        content_digest=checked.content_digest,
        warnings=tuple(map(str, checked.warnings)),
    )
