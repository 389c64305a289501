"""Queue releases of long ago as if they had been delivered, and work until they have ended."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aslo.domain.activity import RepositoryState
from aslo.domain.backfilled import is_due
from aslo.domain.build import Build, build_id
from aslo.domain.delivery import (
    Delivery,
    DeliveryState,
    ForgeRelease,
    ReleaseEvent,
    Verdict,
)
from aslo.ports import Bell, Clock, Store
from aslo.services import report, settle
from aslo.services.patience import Patience
from aslo.services.workbench import Rules

GLANCE = timedelta(seconds=0.2)
"""How soon is looked again at what another worker does."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Works builds by the claims that all workers share, so that those of a running site help."""

    store: Store
    bell: Bell
    clock: Clock
    rules: Rules
    patience: Patience
    work: Callable[[], bool]
    """Works the build whose turn it is, of whichever repository; whether there was one."""
    tells: bool = False
    """Whether developers are told as of any other release."""

    def take_in(self, place: RepositoryState, releases: Sequence[ForgeRelease]) -> list[str]:
        """Queue each release that is due, the first given first; the ids of all their builds.
        Repeated, or cut off and repeated, it is the same."""
        ids = [build_id(place.repository, release) for release in releases]
        # Nobody can write on what is archived.
        quiet = place.archived or not self.tells
        kept = []
        for release, number in zip(releases, ids, strict=True):
            known = self.store.build(number)
            if known is None:
                delivery = _delivery(place, release, number, self.clock(), quiet=quiet)
                kept.append(self.store.add_delivery(delivery))
            elif known.state.ended and is_due(known):
                again = known.restart(self.clock(), known.delivery_guid, release)
                self.store.replace_build(known, replace(again, quiet=quiet))
        settle.at_once(kept, store=self.store, bell=self.bell, clock=self.clock)
        return ids

    def work_off(self, ids: Sequence[str]) -> list[Build]:
        """Work until all these builds have ended, and return them."""
        while waiting := [build for build in self._builds(ids) if not build.state.ended]:
            # The oldest first, whatever it waits for: of two with one version it is published.
            if not (self._is_free(waiting[0]) and self.work()):
                self._rest(waiting[0])
        ended = self._builds(ids)
        for build in ended:
            # Who is to be told is told by a worker, in the language of the repository.
            if build.quiet and not build.told:
                report.tell(build, store=self.store, clock=self.clock, rules=self.rules)
        return ended

    def _builds(self, ids: Sequence[str]) -> list[Build]:
        return [build for number in ids if (build := self.store.build(number)) is not None]

    def _is_free(self, build: Build) -> bool:
        """Whether a worker may claim it now, as far as time tells."""
        until = build.not_before if build.lease is None else build.lease.expires_at
        return until <= self.clock()

    def _rest(self, first: Build) -> None:
        """Wait a little for what cannot be claimed now, and say what for."""
        now = self.clock()
        if pause := self.store.throttle().wait(now):
            self.patience.say("GitHub wants to be left alone", now + pause)
        elif first.lease is not None:
            why = f"{first.release.tag} is built by {first.lease.owner}, or was cut off"
            self.patience.say(why, first.lease.expires_at)
        else:
            why = first.outcome.rstrip(".") or f"{first.release.tag} waits for its turn"
            self.patience.say(why, first.not_before)
        self.patience.wait(now + GLANCE)


def _delivery(
    place: RepositoryState, release: ForgeRelease, number: str, at: datetime, *, quiet: bool
) -> Delivery:
    """What the forge delivered long ago, or would have; found again, it has the same GUID."""
    content = ReleaseEvent("published", place.repository, release)
    digest = hashlib.sha256(f"{number} {release.published_at}".encode()).hexdigest()
    return Delivery(
        guid=f"import-{digest[:40]}",
        event="release",
        action="published",
        received_at=at,
        verdict=Verdict.BUILD,
        reason="an operator asked for all releases of its organisation",
        state=DeliveryState.ACCEPTED,
        body_sha256=digest,
        build_id=number,
        content=content,
        quiet=quiet,
    )
