"""How often a bot may write on the forge (docs.github.com: "Rate limits for the REST API")."""

from collections import deque
from datetime import datetime, timedelta

# GitHub allows 80 a minute and 500 an hour for content; other tools may use the same account.
A_MINUTE = 60
AN_HOUR = 450


class Throttle:
    """Counts what was written in the last hour, by one process."""

    def __init__(self) -> None:
        self._written: deque[datetime] = deque()

    def allows(self, now: datetime) -> bool:
        """Whether one more may be written now."""
        while self._written and now - self._written[0] >= timedelta(hours=1):
            self._written.popleft()
        recent = sum(now - at < timedelta(minutes=1) for at in self._written)
        return recent < A_MINUTE and len(self._written) < AN_HOUR

    def count(self, now: datetime) -> None:
        """Note that one was written."""
        self._written.append(now)
