"""GitHub's limits: so many questions an hour, and pauses that are asked for at any time.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import threading
import time

from flask import Response, request

from aslo.simulator.answers import refused

COUNTED = ("/repos/", "/repositories/", "/orgs/", "/user", "/app")
MOST, SECONDS = 5000, 3600


class Limits:
    """Counts what is asked, refuses what is too much, and remembers who asked all the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paused_until = self._wanted_pause = self._ends_at = 0.0
        self._spent = 0
        self.overstepped = 0
        """Questions that came after their asker was told to wait."""
        self.counted = 0
        """Questions since the beginning, but for those whose answer was as it had been."""
        self.most, self._seconds = MOST, float(SECONDS)
        self._begin()

    def set(self, most: int = MOST, seconds: float = SECONDS) -> None:
        """Allow so many questions in so many seconds from now on."""
        self.most, self._seconds = most, seconds
        self._begin()

    def pause(self, seconds: float) -> None:
        """Want to be left alone for so long from the next question on."""
        with self._lock:
            self._wanted_pause = seconds

    def strike(self) -> Response | None:
        """The refusal of the present request, if it is one too many."""
        if not request.path.startswith(COUNTED):
            return None
        with self._lock:
            return self._pausing() or self._counting()

    def note(self, response: Response) -> Response:
        """Tell of the limit; a question whose answer is as it was does not count."""
        if not request.path.startswith(COUNTED):
            return response
        with self._lock:
            if response.status_code == 304:
                self._spent, self.counted = self._spent - 1, self.counted - 1
            response.headers["X-RateLimit-Limit"] = str(self.most)
            response.headers.setdefault("X-RateLimit-Remaining", str(self._remaining))
            response.headers.setdefault("X-RateLimit-Reset", str(round(self._ends_at)))
        return response

    @property
    def _remaining(self) -> int:
        return max(0, self.most - self._spent)

    def _begin(self) -> None:
        self._spent = 0
        # GitHub tells the end in whole seconds.
        self._ends_at = float(round(time.time() + self._seconds))

    def _pausing(self) -> Response | None:
        now = time.time()
        if self._wanted_pause:
            self._paused_until, seconds = now + self._wanted_pause, self._wanted_pause
            self._wanted_pause = 0.0
            answer = refused(429, "You have exceeded a secondary rate limit")
            answer.headers["Retry-After"] = str(round(seconds))
            return answer
        if now < self._paused_until:
            self.overstepped += 1
            return refused(429, "You have exceeded a secondary rate limit")
        return None

    def _counting(self) -> Response | None:
        if time.time() >= self._ends_at:
            self._begin()
        if not self._remaining:
            # Whoever was told that nothing remains, and asks, does not keep to it.
            self.overstepped += 1
            return refused(403, "API rate limit exceeded")
        self._spent, self.counted = self._spent + 1, self.counted + 1
        return None
