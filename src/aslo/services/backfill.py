"""Take in what the repositories of an organisation released before anybody told this store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aslo.domain import backfilled
from aslo.domain.activity import Repository, RepositoryState
from aslo.domain.backfilled import Looked
from aslo.domain.build import Build, build_id
from aslo.domain.delivery import ForgeRelease, ReleaseList
from aslo.domain.errors import ForgeError, NotFoundError
from aslo.domain.imported import ImportOutcome, ImportReport, PassedOver
from aslo.domain.info import INFO_FILE
from aslo.ports import Forge, Store
from aslo.services import report
from aslo.services.backlog import Backlog
from aslo.services.patience import Patience

FAILURES = 3
"""After so many repositories in a row that cannot be looked at, the forge is most likely away."""


class Sightings(Protocol):
    """What earlier runs saw; it can be deleted at any time, and only saves questions."""

    def read(self) -> Mapping[int, Looked]:
        """What was seen of each repository, by its number."""

    def note(self, repository_id: int, looked: Looked) -> None:
        """Keep what was seen of one; nothing is promised about a crash."""


def repositories(organisation: str, *, forge: Forge, patience: Patience) -> list[RepositoryState]:
    """The public repositories of an organisation, the oldest first; NotFoundError if there is
    none."""
    try:
        places = patience.ask(lambda: forge.repositories(organisation))
    except NotFoundError as error:
        raise NotFoundError(f"the forge has no organisation {organisation}") from error
    if not places:
        raise NotFoundError(f"the organisation {organisation} has no public repository")
    return places


@dataclass(frozen=True, slots=True)
class Backfill:
    """Goes through the repositories of an organisation, each to its end before the next, so that
    of two with one bundle id the older has it, however often a run is cut off."""

    store: Store
    forge: Forge
    sightings: Sightings
    patience: Patience
    tell: Callable[[str], None]
    """Takes a line about how far it is."""
    backlog: Backlog
    forks: bool = False
    dry_run: bool = False

    def run(self, places: Sequence[RepositoryState], told: ImportReport) -> None:
        """Take in every release that is not on record; OutageError if the forge or the record is
        away."""
        known, failed = self.sightings.read(), 0
        for number, place in enumerate(places, 1):
            try:
                said = self._one(place, known.get(place.repository.id), told)
                failed = 0
            except ForgeError as error:
                failed += 1
                if failed == FAILURES:
                    raise
                told.take([backfilled.unseen(place.repository, error)])
                said = f"it cannot be looked at: {error}"
            self.tell(f"{number} of {len(places)}  {place.repository.full_name}: {said}")

    def _one(self, place: RepositoryState, known: Looked | None, told: ImportReport) -> str:
        """Take in one repository; what became of it, in a few words."""
        try:
            looked, releases = self._look(place, known)
        except NotFoundError:
            looked, releases = Looked("", reason=backfilled.GONE), None
        if looked.reason:
            told.passed_over.append(PassedOver(place.repository.full_name, looked.reason))
            self._note(place.repository, looked)
            return looked.reason
        outcomes = self._outcomes(place, looked, releases)
        told.take(outcomes)
        said = backfilled.counted(outcomes, dry_run=self.dry_run)
        return f"{said} (archived)" if place.archived else said

    def _look(
        self, place: RepositoryState, known: Looked | None
    ) -> tuple[Looked, Sequence[ForgeRelease] | None]:
        """What there is, and its releases; None for these if all of them are on record and the
        forge says that they are as they were."""
        if place.private:
            return Looked("", reason=backfilled.PRIVATE), None
        if place.fork and not self.forks:
            return Looked("", reason=backfilled.FORK), None
        repository = place.repository
        if known is None or not self._has_all(repository, known):
            known = None
        mark = known.mark if known else ""
        found = self.patience.ask(lambda: self.forge.all_releases(repository, mark))
        if found is None and known is not None:
            return known, None
        releases = backfilled.published(found or ReleaseList((), is_whole=False))
        numbers = tuple((each.id, each.tag) for each in releases)
        reason = self._reason(repository, releases)
        return Looked(found.mark if found else "", numbers, reason), releases

    def _has_all(self, repository: Repository, known: Looked) -> bool:
        """Whether none of what was seen is due: the record decides, whatever was noted. Of what is
        passed over there is nothing on record."""
        if known.reason:
            return True
        builds = {build.release.id: build for build in self._recorded(repository, known)}
        return not any(backfilled.is_due(builds.get(number)) for number, _ in known.releases)

    def _reason(self, repository: Repository, releases: Sequence[ForgeRelease]) -> str:
        if not releases:
            return backfilled.NO_RELEASE
        if backfilled.bundled(releases):
            return ""
        tag = releases[-1].tag
        there = self.patience.ask(lambda: self.forge.has_file(repository, INFO_FILE, tag))
        return "" if there else backfilled.NO_ACTIVITY

    def _outcomes(
        self, place: RepositoryState, looked: Looked, releases: Sequence[ForgeRelease] | None
    ) -> list[ImportOutcome]:
        if releases is None:
            return [self._outcome(each) for each in self._recorded(place.repository, looked)]
        ids = [build_id(place.repository, release) for release in releases]
        if self.dry_run:
            builds = map(self.store.build, ids)
            pairs = zip(releases, builds, strict=True)
            return [backfilled.foreseen(place.repository, *pair) for pair in pairs]
        due = {number for number in ids if backfilled.is_due(self.store.build(number))}
        ended = self.backlog.work_off(self.backlog.take_in(place, releases))
        self._note(place.repository, looked)
        return [self._outcome(build, is_old=build.id not in due) for build in ended]

    def _outcome(self, build: Build, *, is_old: bool = True) -> ImportOutcome:
        page = report.build_url(build, self.backlog.rules.public_url)
        return backfilled.outcome(build, is_old=is_old, page=page)

    def _recorded(self, repository: Repository, looked: Looked) -> Iterable[Build]:
        for number, tag in looked.releases:
            for build in self.store.builds_of_release(repository.id, number):
                if build.release.tag == tag:
                    yield build

    def _note(self, repository: Repository, looked: Looked) -> None:
        if looked.mark and not self.dry_run:
            self.sightings.note(repository.id, looked)
