"""Find out why a release is not where its developer looks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aslo.domain import trace_forge, trace_offers, trace_store
from aslo.domain.activity import Activity, Release, Repository
from aslo.domain.build import Build
from aslo.domain.delivery import Delivery, ForgeRelease
from aslo.domain.trace import Evidence, Link, LinkName, LinkState, Trace
from aslo.ports import Catalog, Clock, Store
from aslo.services.moving import releases_of
from aslo.services.outlook import Outlook

DELIVERIES = 100
IN_LINE = 1_000


@dataclass(frozen=True, slots=True)
class Tracer:
    """What is looked into; a machine without pages has no catalog."""

    store: Store
    catalog: Catalog | None
    outlook: Outlook
    clock: Clock

    def trace(self, name: str, asker: str = "") -> Trace:
        """The chain of the newest release of `owner/name`, as far as everybody may know it.
        StoreError if the record is away; without the forge the record alone is asked."""
        view = self.outlook.look(name, asker)
        known = Evidence(name, sight=view.sight, hidden=view.hidden)
        if not view.hidden:
            known = self._gather(known)
        return _trace(known, view.silence)

    def _gather(self, known: Evidence) -> Evidence:
        repository = known.sight.repository if known.sight else None
        repository = repository or self.store.repository_named(known.name)
        if repository is None:
            return known
        activities = self.store.activities_of_repository(repository.id)
        if known.sight is None and any(each.closed for each in releases_of(activities, self.store)):
            # Told as one that nobody here knows: it may be nobody's business still.
            return known
        deliveries = self.store.deliveries_of(repository.id, DELIVERIES)
        known = replace(
            known,
            name=repository.full_name,
            repository=repository,
            deliveries=tuple(deliveries),
            release=_newest(known, deliveries),
        )
        return self._follow(self._built(known, repository), activities)

    def _built(self, known: Evidence, repository: Repository) -> Evidence:
        told = known.release
        builds = self.store.builds_of_release(repository.id, told.id) if told else []
        build = next((each for each in builds if told and each.release.tag == told.tag), None)
        if build is None:
            return known
        reports = self.store.reports(build.id)
        of_round = tuple(each for each in reports if f"-{build.round}-" in each.id)
        return replace(known, build=build, before=self._before(build), reports=of_round)

    def _before(self, build: Build) -> int:
        line = [] if build.state.ended else self.store.claimable_builds(self.clock(), IN_LINE)
        return line.index(build.id) if build.id in line else 0

    def _follow(self, known: Evidence, activities: Sequence[Activity]) -> Evidence:
        """The evidence with the activity that the build made, or the repository's first."""
        made = known.build.bundle_id if known.build else None
        activity = self._activity(made, known.repository, activities)
        if activity is None:
            return known
        releases: Sequence[Release] = self.store.releases(activity.bundle_id)
        catalog = self.catalog
        return replace(
            known,
            activity=activity,
            releases=tuple(releases),
            shown=catalog.entry(activity.bundle_id) if catalog else None,
            behind=self.store.last_revision() - catalog.revision() if catalog else None,
        )

    def _activity(
        self, made: str | None, repository: Repository | None, activities: Sequence[Activity]
    ) -> Activity | None:
        if made is None:
            return next(iter(activities), None)
        found = self.store.activity(made)
        ours = found is not None and repository is not None and found.repository.is_same(repository)
        return found if ours else None


def _newest(known: Evidence, deliveries: Sequence[Delivery]) -> ForgeRelease | None:
    """The newest release at the forge; if that cannot be asked, the last that it told of."""
    if known.sight is not None:
        return trace_forge.newest_release(known.sight.releases.releases)
    told = (each.content.release for each in deliveries if each.content)
    return trace_forge.newest_release(told)


def _trace(known: Evidence, note: str) -> Trace:
    rows = trace_offers.generations(known)
    first = trace_forge.repository(known)
    if first.cause is not None:
        rest = (Link(each, LinkState.NOT_REACHED) for each in LinkName if each != first.name)
        return Trace(known.name, (first, *rest), known, note=note)
    links = (
        first,
        trace_forge.tag(known),
        trace_forge.release(known),
        trace_forge.delivery(known),
        trace_store.build(known),
        trace_store.listing(known),
        trace_offers.offer(known, rows),
        trace_store.answer(known),
    )
    return Trace(known.name, links, known, rows, note)
