"""Keep this machine's catalog fresh from a thread beside the web."""

import threading

from aslo.ports import UNMETERED, Catalog, Clock, Meter, Store
from aslo.services.follow import follow
from aslo.services.follow_counts import follow_counts
from aslo.services.survival import survive


class Follower:
    """Follows the record every `poll_seconds`; while the record is down the catalog stays."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        poll_seconds: float,
        clock: Clock,
        meter: Meter = UNMETERED,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._meter = meter
        self._stop = threading.Event()

    def start(self) -> None:
        """Follow from a thread of its own, until the process ends."""
        threading.Thread(target=self._run, name="follower", daemon=True).start()

    def stop(self) -> None:
        """Follow no more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            survive(self._once)
            self._stop.wait(self._poll_seconds)

    def _once(self) -> bool:
        began = self._clock()
        revision = follow(store=self._store, catalog=self._catalog)
        # Without the lock nothing was followed here, so the catalog itself is asked.
        if revision >= self._store.last_revision():
            self._meter.followed(began)
        follow_counts(store=self._store, catalog=self._catalog, clock=self._clock)
        return revision > 0
