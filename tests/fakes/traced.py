"""A world in which somebody asks why a release is not there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aslo.domain.activity import Entry, Release, RepositoryState
from aslo.domain.build import Build, BuildState, build_id
from aslo.domain.delivery import Delivery, ForgeRelease, ReleaseList
from aslo.domain.hook import Sent
from aslo.domain.sugar import Compatibility
from aslo.domain.trace import Trace
from aslo.services.outlook import Outlook
from aslo.services.tracing import Tracer
from fakes.catalog import MemoryCatalog
from fakes.clock import START
from fakes.values import (
    a_build,
    a_delivery,
    a_forge_release,
    a_release,
    a_release_event,
    a_repository,
    an_activity,
)
from fakes.world import World

MOON = "org.sugarlabs.Moon"
NAME = "sugarlabs-demo/activity-1"
HOUR = timedelta(hours=1)


class Traced:
    """One repository, `activity-1`, whose release v1 may have come any part of the way."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.store, self.forge, self.clock = self.world.store, self.world.forge, self.world.clock
        self.catalog = MemoryCatalog()
        self.sent: list[Sent] = []
        self.outlook = Outlook(self.forge, self.clock, sent=self._log, an_hour=30)
        self.tracer = Tracer(self.store, self.catalog, self.outlook, self.clock)
        self.repository = a_repository()
        self.is_there()

    def _log(self) -> list[Sent]:
        return self.sent

    def is_there(self, *, private: bool = False) -> None:
        """Let the forge have the repository."""
        self.forge.named[NAME] = RepositoryState(self.repository, private)

    def tagged(self, *tags: str) -> None:
        """Let it have tags."""
        self.forge.tags_of[1] = tags

    def released(self, *releases: ForgeRelease) -> None:
        """Let it have releases, and their tags."""
        found = releases or (a_forge_release(),)
        self.tagged(*(each.tag for each in found))
        self.forge.lists[1] = ReleaseList(found, is_whole=True)

    def delivered(self, **changes: Any) -> Delivery:
        """Let a delivery of the release have come."""
        if not self.forge.lists:
            self.released()
        return self.store.add_delivery(a_delivery(**changes))

    def built(self, state: BuildState = BuildState.PUBLISHED, **changes: Any) -> Build:
        """Let the release have a build."""
        self.delivered()
        release = a_release_event().release
        made = a_build(build_id(self.repository, release), state=state, release=release)
        made = replace(made, told=state.ended, ended_at=START if state.ended else None)
        if state in (BuildState.PUBLISHED, BuildState.SUPERSEDED):
            made = replace(made, bundle_id=MOON, version="1")
        made = replace(made, **changes)
        self.store.add_build(made)
        return made

    def listed(self, *others: Release, follow: bool = True, **changes: Any) -> Release:
        """Let the release be on the record, as it was published, and others beside it."""
        made = self.built(**changes.pop("build", {}))
        release = a_release(MOON, made.version or "1", build_id=made.id, **changes)
        activity = an_activity(MOON, repository=self.repository)
        self.store.activities[MOON] = activity
        for each in (release, *others):
            self.store.add_release(each)
        self.store.announce(MOON)
        if follow:
            self.catalog.apply(
                self.store.last_revision(), MOON, Entry(activity, (release, *others))
            )
        return release

    def needing(self, **needs: Any) -> Release:
        """Let the release need something of Sugar."""
        details = replace(a_release().details, compatibility=Compatibility(**needs))
        return self.listed(details=details)

    def trace(self, asker: str = "1.2.3.4") -> Trace:
        """What whoever asks now is told."""
        return self.tracer.trace(NAME, asker)

    def reasons(self) -> Sequence[str]:
        """Why links do not hold, in order."""
        return [link.cause.reason for link in self.trace().links if link.cause]
