"""The worker edge: builds in one place, answers in another, so that no answer waits for a build."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from aslo.hold import Hold
from aslo.ports import UNMETERED, Bell, Meter
from aslo.services import settle, work
from aslo.services.survival import survive
from aslo.services.trying import Stopped, TimeUp
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

RING_BATCH = 100
RING_EVERY = timedelta(seconds=30)
SWEEP_PAUSE = timedelta(seconds=30)
"""After a sweep that met trouble, so that a forge that is away is not asked all the time."""
TIDY_EVERY = timedelta(minutes=10)
LOOK_EVERY = timedelta(hours=1)
COMPARE_EVERY = timedelta(seconds=30)
"""How often is asked whether anything is due, which it is once for all workers."""
NAP_SECONDS = 0.2
CLERK_SECONDS = 10
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker looks, and how long its claims last."""

    owner: str
    lease: timedelta
    heartbeat: timedelta
    poll: timedelta


class Worker:
    """Two loops over one workbench: one builds, one settles deliveries and tells developers."""

    def __init__(
        self,
        bench: Workbench,
        bell: Bell,
        pace: Pace,
        meter: Meter = UNMETERED,
        *,
        examine: Callable[[], bool] | None = None,
        compare: Callable[[], bool] | None = None,
    ) -> None:
        self._bench = bench
        self._bell = bell
        self._pace = pace
        self._hold = Hold(bench, pace.lease, pace.heartbeat)
        self._meter = meter
        self._examine = examine
        self._compare = compare
        self._stopped = False
        self._unheard = False
        self._building = False
        self._due: dict[str, datetime] = {}

    def run(self) -> None:
        """Work until stop(); for a machine without a broker."""
        clerk = threading.Thread(target=self.answer, name="clerk", daemon=True)
        clerk.start()
        threading.Thread(target=self.look_after, name="caretaker", daemon=True).start()
        with suppress(Stopped):
            self._loop(self.build_one)
        clerk.join(timeout=CLERK_SECONDS)

    def answer(self) -> None:
        """Settle deliveries, ring for what waits, and tell developers, until stop()."""
        self._loop(self._answer_once)

    def look_after(self) -> None:
        """Make record, forge and files agree, until stop(); beside all else, for asking the forge
        takes its time."""
        self._loop(self._compare_once)

    def stand_in(self) -> None:
        """Build what nobody was rung for, while the bell is not heard, until stop()."""
        self._loop(self._build_unheard)

    def ring_again(self) -> bool:
        """Ring for every build that could be claimed: a bell may not have been heard."""
        for waiting in self._claimable(self._bench.clock(), RING_BATCH):
            self._bell.ring(waiting)
        return True

    def tidy_files(self) -> bool:
        """Remove what adding a file left at rest when its worker died."""
        return self._bench.files.sweep() > 0

    def look_at_forge(self) -> bool:
        """Let what is wrong with the webhook or the App be logged; whether it was looked at."""
        return self._examine is not None and survive(self._examine)

    def stop(self) -> None:
        """End both loops after what they are at. Safe in a signal handler: it takes no lock."""
        self._stopped = True

    def count_on_nobody(self) -> None:
        """Let stand_in() build from now on, whatever is heard of the bell."""
        self._unheard = True

    def interrupt(self) -> None:
        """End now, called in the thread that builds: its build goes back to the queue."""
        self.stop()
        if self._building:
            self._building = False
            raise Stopped

    def build_one(self) -> bool:
        """Work the build whose turn it is, or else a check of a commit; whether there was one."""
        self._building = True
        try:
            worked = self._work_build() or self._work_check()
        except TimeUp:
            # It came when the build was over: what was left to do is done at the next claim.
            return True
        finally:
            self._building = False
        if worked:
            survive(self._ring_for_next)
        return worked

    def _work_build(self) -> bool:
        pace = self._pace
        worked = work.build(pace.owner, bench=self._bench, lease=pace.lease, keep=self._hold.on)
        if worked is not None:
            self._meter.built(worked)
        return worked is not None

    def _work_check(self) -> bool:
        pace = self._pace
        worked = work.check(pace.owner, bench=self._bench, lease=pace.lease, keep=self._hold.on)
        return worked is not None

    def _ring_for_next(self) -> bool:
        """Whoever was rung for a build that had to wait for this one's end is gone."""
        for waiting in self._claimable(self._bench.clock(), 1):
            self._bell.ring(waiting)
        return True

    def _claimable(self, now: datetime, limit: int) -> list[str]:
        """What could be claimed now: builds, and with them the few checks that may run."""
        store, most = self._bench.store, self._bench.rules.checks_at_once
        builds = store.claimable_builds(now, limit)
        return [*builds, *store.claimable_checks(now, most, limit)]

    def _answer_once(self) -> bool:
        """Each of these goes on when another cannot."""
        if self._is_due("tidy", TIDY_EVERY):
            survive(partial(work.tidy, bench=self._bench))
        if self._is_due("sweep", timedelta()) and not survive(self._sweep):
            self._due["sweep"] = self._bench.clock() + SWEEP_PAUSE
        if self._is_due("ring", RING_EVERY):
            survive(self.ring_again)
        if self._is_due("look", LOOK_EVERY):
            self.look_at_forge()
        return work.tell(self._pace.owner, bench=self._bench)

    def _compare_once(self) -> bool:
        if self._compare is not None and self._is_due("compare", COMPARE_EVERY):
            survive(self._compare)
        return False

    def _build_unheard(self) -> bool:
        since = self._bench.clock() - self._pace.lease
        late = self._claimable(since, 1)
        return bool(late) and self._is_silent() and self.build_one()

    def _is_silent(self) -> bool:
        return self._unheard or self._bell.why_silent() is not None

    def _sweep(self) -> bool:
        bench = self._bench
        return settle.sweep(store=bench.store, forge=bench.forge, clock=bench.clock)

    def _is_due(self, what: str, every: timedelta) -> bool:
        """Whether it is time for something that is done now and then."""
        now = self._bench.clock()
        if now < self._due.get(what, NEVER):
            return False
        self._due[what] = now + every
        return True

    def _loop(self, step: Callable[[], bool]) -> None:
        while not self._stopped:
            if not survive(step):
                self._pause()

    def _pause(self) -> None:
        """Wait for the next look, in short naps, for stop() wakes nobody."""
        until = time.monotonic() + self._pace.poll.total_seconds()
        while not self._stopped and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, NAP_SECONDS))


def poll(worker: Worker) -> None:
    """Run a worker that looks for itself, until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.interrupt())
    worker.run()
