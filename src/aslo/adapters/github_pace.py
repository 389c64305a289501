"""Goes slower when GitHub has little left to give in this hour, and stops when it has nothing.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from aslo.domain.errors import ForgeLimitError

SLOW_BELOW = 200
LONGEST_NAP = timedelta(seconds=10)
"""A build has minutes, and a report that is held as long is left to another worker."""
LONGEST_WAIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class _Left:
    remaining: int
    reset: datetime


class RemainingPace:
    """Remembers what the answers told of what remains, for each credential by itself."""

    def __init__(self, now: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._left: dict[str, _Left] = {}

    def wait(self, credential: str) -> None:
        """Spread what remains over what is left of the hour; ForgeLimitError if nothing remains."""
        with self._lock:
            left = self._left.get(credential)
        until = timedelta() if left is None else left.reset - self._now()
        if left is None or until <= timedelta() or left.remaining >= SLOW_BELOW:
            return
        if left.remaining == 0:
            pause = min(until, LONGEST_WAIT)
            raise ForgeLimitError("nothing remains of what GitHub gives an hour", retry_after=pause)
        self._sleep(min(until / left.remaining, LONGEST_NAP).total_seconds())

    def note(self, credential: str, headers: httpx.Headers) -> None:
        """Take note of what an answer tells."""
        remaining = number(headers.get("x-ratelimit-remaining", ""))
        reset = number(headers.get("x-ratelimit-reset", ""))
        if remaining is None or reset is None:
            return
        told = _Left(remaining, datetime.fromtimestamp(0, UTC) + timedelta(seconds=reset))
        with self._lock:
            # Tokens of an App live for an hour, and so does what is known of them.
            now = self._now()
            self._left = {key: left for key, left in self._left.items() if left.reset > now}
            self._left[credential] = told


def number(text: str) -> int | None:
    """A plain number of at most eleven digits, enough for a time in seconds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
