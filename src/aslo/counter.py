"""Adds up downloads in memory, and hands the sums to the record from a thread beside the web."""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from aslo.domain.counts import Download
from aslo.ports import Clock, Counted
from aslo.services.survival import survive

logger = logging.getLogger(__name__)

WRITE_SECONDS = 10.0
"""What a crash loses at most."""
MOST_SUMS = 10_000
"""Sums in memory; while the record is away, what would begin another one is passed over."""
KEPT = timedelta(days=7)
"""How long a sum waits for a record that is away. Catalogs read no older days again."""


class Counter:
    """Takes downloads without ever waiting for the record; any thread may call."""

    def __init__(self, count: Callable[[Sequence[Counted]], None], clock: Clock) -> None:
        self._count = count
        self._clock = clock
        self._sums: dict[Counted, int] = {}
        self._taking = threading.Lock()
        self._writing = threading.Lock()

    def start(self) -> None:
        """Write from a thread of its own until the process ends, and once more at its end."""
        threading.Thread(target=self._run, name="counter", daemon=True).start()
        atexit.register(survive, self.write)

    def add(self, download: Download) -> None:
        """Count a download, in memory."""
        self._take(download.counts)

    def write(self) -> bool:
        """Hand over what was added up, and whether there was anything; it is kept for the next
        time if the record does not take it."""
        # Who ends the process waits here for what the thread has in hand.
        with self._writing:
            with self._taking:
                sums, self._sums = self._sums, {}
            counts = [replace(each, count=count) for each, count in sums.items()]
            try:
                if counts:
                    self._count(counts)
            except BaseException:
                self._take(self._young(counts))
                raise
        return bool(counts)

    def _run(self) -> None:
        while True:
            time.sleep(WRITE_SECONDS)
            survive(self.write)

    def _take(self, counts: Iterable[Counted]) -> None:
        with self._taking:
            for each in counts:
                name = replace(each, count=0)
                if name in self._sums or len(self._sums) < MOST_SUMS:
                    self._sums[name] = self._sums.get(name, 0) + each.count

    def _young(self, counts: Sequence[Counted]) -> list[Counted]:
        oldest = self._clock().date() - KEPT
        young = [each for each in counts if each.day >= oldest]
        if len(young) < len(counts):
            logger.warning("downloads from before %s could not be written in time", oldest)
        return young
