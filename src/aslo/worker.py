"""The worker edge: builds in one place, answers in another, so that no answer waits for a build."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aslo.domain.build import Build
from aslo.domain.errors import StaleClaimError
from aslo.ports import Bell
from aslo.services import settle, work
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

RING_BATCH = 100
RING_EVERY = timedelta(seconds=30)
TIDY_EVERY = timedelta(minutes=10)
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

    def __init__(self, bench: Workbench, bell: Bell, pace: Pace) -> None:
        self._bench = bench
        self._bell = bell
        self._pace = pace
        self._stop = threading.Event()
        self._rung_at = NEVER
        self._tidied_at = NEVER

    def run(self) -> None:
        """Work until stop(); for a machine without a broker."""
        clerk = threading.Thread(target=self.answer, name="clerk", daemon=True)
        clerk.start()
        self._loop(self.build_one)
        clerk.join(timeout=10)

    def answer(self) -> None:
        """Settle deliveries, ring for what waits, and tell developers, until stop()."""
        self._loop(self._answer_once)

    def stop(self) -> None:
        """End both loops after what they are at."""
        self._stop.set()

    def build_one(self, build_id: str | None = None) -> bool:
        """Work one build, that one or the longest waiting; whether there was one."""
        pace = self._pace
        return work.build(
            pace.owner, build_id, bench=self._bench, lease=pace.lease, keep=self._keep
        )

    def _answer_once(self) -> bool:
        bench = self._bench
        self._tidy()
        settle.sweep(store=bench.store, forge=bench.forge, clock=bench.clock)
        self._ring_again()
        return work.tell(self._pace.owner, bench=bench) > 0

    def _ring_again(self) -> None:
        """Ring for every build that could be claimed: a bell may not have been heard."""
        now = self._bench.clock()
        if now - self._rung_at < RING_EVERY:
            return
        self._rung_at = now
        for build_id in self._bench.store.claimable_builds(now, RING_BATCH):
            self._bell.ring(build_id)

    def _tidy(self) -> None:
        now = self._bench.clock()
        if now - self._tidied_at < TIDY_EVERY:
            return
        self._tidied_at = now
        work.tidy(bench=self._bench)

    def _loop(self, step: Callable[[], bool]) -> None:
        while not self._stop.is_set():
            if not work.survive(step):
                self._stop.wait(self._pace.poll.total_seconds())

    @contextmanager
    def _keep(self, build: Build) -> Iterator[None]:
        """Renew the lease of a build from a thread while its body works."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(build, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, build: Build, done: threading.Event) -> None:
        store, pace = self._bench.store, self._pace
        while not done.wait(pace.heartbeat.total_seconds()):
            try:
                store.renew_build(build.id, build.fence, self._bench.clock() + pace.lease)
            except StaleClaimError:
                return
            except Exception:
                logger.exception("the lease of build %s could not be renewed", build.id)


def poll(worker: Worker) -> None:
    """Run a worker that looks for itself, until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


def celery(app: Any, make: Callable[[], Worker], concurrency: int) -> None:
    """Run a Celery worker: its children build what is rung for, its own process answers."""
    from celery import signals  # noqa: PLC0415 - only this kind of worker needs it

    made: list[Worker] = []

    def mine() -> Worker:
        # One for each process: a connection must not cross a fork.
        if not made:
            made.append(make())
        return made[0]

    @app.task(name="aslo.work")  # type: ignore[untyped-decorator]  # celery has no types
    def build(build_id: str) -> None:
        mine().build_one(build_id)

    @signals.worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
    def forget(**_: object) -> None:
        made.clear()

    @signals.worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]
    def answer(**_: object) -> None:
        threading.Thread(target=mine().answer, name="clerk", daemon=True).start()

    app.worker_main(
        ["worker", "--pool", "prefork", "--concurrency", str(concurrency), "--loglevel", "WARNING"]
    )
