"""Go on with deliveries that were taken in, from a thread beside the web."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from aslo.domain.delivery import Delivery
from aslo.services.survival import survive

MOST_WAITING = 10_000
"""Deliveries in memory; the sweep finds what is passed over, for the record has them all."""
PROMPT_SECONDS = 0.1
"""How long an answer waits at most for the build that it names to be there."""
BURST_SECONDS = 0.5
"""Deliveries that come this close after others are a burst: they are answered first."""
QUIET_SECONDS = 0.05
LONGEST_SECONDS = 1.0
"""How long one of a burst may wait for a quiet moment."""

# A delivery, and what its answer waits for.
_Entry = tuple[Delivery, threading.Event | None]


class Settler:
    """Hands deliveries over in the order they came, many at a time when many come at once."""

    def __init__(self, settle: Callable[[Sequence[Delivery]], None]) -> None:
        self._settle = settle
        self._waiting: queue.Queue[_Entry] = queue.Queue(MOST_WAITING)
        self._settled_at = -BURST_SECONDS

    def start(self) -> None:
        """Settle from a thread of its own, until the process ends."""
        threading.Thread(target=self._run, name="settler", daemon=True).start()

    def put(self, delivery: Delivery) -> None:
        """Let a delivery be settled: now if it comes alone, else a moment later."""
        alone = self._waiting.empty() and not self._in_burst()
        settled = threading.Event() if alone else None
        try:
            self._waiting.put_nowait((delivery, settled))
        except queue.Full:
            return
        if settled is not None:
            settled.wait(PROMPT_SECONDS)

    def _run(self) -> None:
        while True:
            entries = [self._waiting.get()]
            if self._in_burst():
                self._wait_for_quiet()
            entries += [self._waiting.get() for _ in range(self._waiting.qsize())]
            survive(partial(self._hand_over, [delivery for delivery, _ in entries]))
            self._settled_at = time.monotonic()
            for _, settled in entries:
                if settled is not None:
                    settled.set()

    def _hand_over(self, deliveries: Sequence[Delivery]) -> bool:
        self._settle(deliveries)
        return True

    def _in_burst(self) -> bool:
        return time.monotonic() - self._settled_at < BURST_SECONDS

    def _wait_for_quiet(self) -> None:
        deadline, before = time.monotonic() + LONGEST_SECONDS, -1
        while (now := self._waiting.qsize()) != before and time.monotonic() < deadline:
            before = now
            time.sleep(QUIET_SECONDS)
