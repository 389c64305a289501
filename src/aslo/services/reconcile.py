"""Bring the record, the forge and the files back to one story, now and then and by hand."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aslo.domain.discrepancy import Discrepancy
from aslo.domain.errors import AsloError, ForgeLimitError
from aslo.ports import Bell, Clock, Files, Forge, Store
from aslo.services import missed_deliveries, missed_releases, pacing, shelf, unreleased
from aslo.services.missed_deliveries import LOOK_BACK, Log
from aslo.services.shelf import Bounds
from aslo.services.survival import survive

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
LEASE = timedelta(minutes=40)
"""How long a worker may take over a turn; if it dies, another begins after that."""
LATE = timedelta(minutes=30)
LATE_AT_ONCE = 100
PRESENCE = Bounds(activities=200)
READING = Bounds(read_bytes=16 * 1024**2)
"""A bucket's bytes cost money to read; 4 GB a day pass by like this."""
MANY = 10**6

Tell = Callable[[Discrepancy], None]


@dataclass(frozen=True, slots=True)
class Reconciler:
    """What has to be compared; `log` opens the log of our webhook where we may read one."""

    store: Store
    files: Files
    forge: Forge
    bell: Bell
    clock: Clock
    log: Callable[[], Log | None]

    def turn(self, tell: Tell) -> bool:
        """Do what is due of every chore, each of them once for all workers, and go on the next
        time where it ended; whether anything was due. One that breaks holds up no other, and
        begins where it began."""
        due = [name for name, do in self._chores().items() if self._do_if_due(name, do, tell)]
        return bool(due)

    def all(self, tell: Tell, look_back: timedelta = LOOK_BACK, *, read: bool = True) -> None:
        """Compare everything from its beginning, now. What cannot be asked is told of, and holds
        up nothing else."""
        everything = Bounds(read_bytes=None if read else 0)
        steps: tuple[Callable[[], object], ...] = (
            lambda: self._deliveries("", tell),
            lambda: self._look_at_all(look_back, tell),
            lambda: self._shelf("", everything, tell),
            lambda: self._strangers(tell),
            lambda: self._late("", tell),
            lambda: self._ask_of_translations("", MANY, tell),
        )
        for step in steps:
            try:
                step()
            except AsloError as error:
                tell(Discrepancy(f"{error.message}: {error.hint}"))

    def _chores(self) -> dict[str, Callable[[str, Tell], str]]:
        return {
            "deliveries": self._deliveries,
            "releases": self._releases,
            "files": lambda place, tell: self._shelf(place, PRESENCE, tell),
            "bytes": lambda place, tell: self._shelf(place, READING, tell),
            "late builds": self._late,
            "translations": self._translations,
        }

    def _do_if_due(self, name: str, do: Callable[[str, Tell], str], tell: Tell) -> bool:
        now = self.clock()
        until = now + LEASE
        place = self.store.begin_chore(name, now, until)
        if place is None:
            return False
        ended = [place]

        def chore() -> bool:
            ended.append(do(place, tell))
            return True

        # What broke begins where it began, and no sooner than what did not.
        done = survive(chore)
        self.store.end_chore(name, until, ended[-1], now + EVERY)
        return done

    def _deliveries(self, place: str, tell: Tell) -> str:
        pacing.require(store=self.store, clock=self.clock)
        try:
            log = self.log()
            if log is None:
                return place
            return missed_deliveries.replay(
                log, place, store=self.store, clock=self.clock, tell=tell
            )
        except ForgeLimitError as error:
            pacing.hold(error.pause, store=self.store, clock=self.clock)
            raise

    def _releases(self, place: str, tell: Tell) -> str:
        return self._look_at_forge(place, missed_releases.A_TURN, LOOK_BACK, tell)

    def _look_at_forge(self, place: str, most: int, look_back: timedelta, tell: Tell) -> str:
        return missed_releases.look(
            place,
            most,
            self.clock() - look_back,
            store=self.store,
            forge=self.forge,
            bell=self.bell,
            clock=self.clock,
            tell=tell,
        )

    def _look_at_all(self, look_back: timedelta, tell: Tell) -> None:
        place, before = self._look_at_forge("", MANY, look_back, tell), ""
        while place and place != before:
            place, before = self._look_at_forge(place, MANY, look_back, tell), place
        if place:
            tell(Discrepancy("not every repository was looked at: run it again in an hour"))

    def _shelf(self, place: str, bounds: Bounds, tell: Tell) -> str:
        return shelf.look(place, bounds, store=self.store, files=self.files, tell=tell)

    def _strangers(self, tell: Tell) -> None:
        for sha256 in shelf.strangers(store=self.store, files=self.files):
            tell(
                Discrepancy(f"file {sha256} is named by nothing", "left: it may be of a build now")
            )

    def _translations(self, place: str, tell: Tell) -> str:
        return self._ask_of_translations(place, unreleased.A_TURN, tell)

    def _ask_of_translations(self, place: str, most: int, tell: Tell) -> str:
        return unreleased.look(
            place, most, store=self.store, forge=self.forge, clock=self.clock, tell=tell
        )

    def _late(self, _place: str, tell: Tell) -> str:
        """Ring for what waits as if nobody had: a build must come to an end."""
        for build_id in self.store.claimable_builds(self.clock() - LATE, LATE_AT_ONCE):
            self.bell.ring(build_id)
            tell(Discrepancy(f"build {build_id} waits for a worker since long", "rung for"))
        return ""


def log_discrepancy(found: Discrepancy) -> None:
    """Tell a discrepancy to whoever reads the log."""
    logger.warning("reconcile: %s", found)
