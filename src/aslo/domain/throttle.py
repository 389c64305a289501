"""How often a site may write on the forge, and when it is to leave it alone.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# GitHub allows 80 a minute and 500 an hour for content; other tools may use the same account.
A_MINUTE = 60
AN_HOUR = 450
ASIDE = 2
"""What is told of commits stops at this part of both, so that releases are never kept waiting."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=2)
"""For a pause that is over before it began: the forge's clock may be behind ours."""
LONGEST_PAUSE = timedelta(hours=2)
DOUBT = timedelta(days=7)
"""GitHub keeps three days of deliveries, and sends them again when it is asked."""
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Throttle:
    """What all workers of a site wrote within the last hour, and the last pause that any of them
    was told."""

    written: tuple[datetime, ...] = ()
    """The moments of an hour, oldest first."""
    paused_until: datetime | None = None
    paused_for: timedelta = NOTHING
    restored_at: datetime | None = None
    """When the record was filled from a backup, and so forgot what was written since."""
    edition: int = 0
    """Raised by every save."""

    def wait(self, now: datetime, writes: int = 0, *, aside: bool = False) -> timedelta:
        """How long to leave the forge alone before that many writes; nothing if they may be now.
        A question writes nothing, and only a pause keeps it."""
        free = [self.paused_until, *self._free_at(writes, aside)] if writes else [self.paused_until]
        return max([NOTHING, *(at - now for at in free if at is not None)])

    def is_in_doubt(self, now: datetime) -> bool:
        """Whether anything that is to be written may have been written before the record was
        restored."""
        return self.restored_at is not None and now - self.restored_at < DOUBT

    def count(self, now: datetime, writes: int) -> "Throttle":
        """Note that so many are being written."""
        lately = [at for at in self.written if now - at < HOUR]
        return replace(self, written=tuple(sorted([*lately, *[now] * writes])))

    def pause(self, now: datetime, told: timedelta) -> "Throttle":
        """Leave the forge alone for as long as it told; twice as long as before, where it refuses
        again soon after a pause was over."""
        again = self.paused_until is not None and (
            self.paused_until <= now < self.paused_until + self.paused_for
        )
        least = 2 * self.paused_for if again else SHORTEST_PAUSE
        pause = min(max(told, least), LONGEST_PAUSE)
        if self.paused_until is not None and now + pause <= self.paused_until:
            return self
        return replace(self, paused_until=now + pause, paused_for=pause)

    def _free_at(self, writes: int, aside: bool) -> list[datetime]:  # noqa: FBT001 (as above)
        """When enough of what was written has left the minute, and when the hour."""
        part = ASIDE if aside else 1
        limits = ((A_MINUTE // part, MINUTE), (AN_HOUR // part, HOUR))
        late = [(len(self.written) + writes - most, span) for most, span in limits]
        return [self.written[number - 1] + span for number, span in late if number > 0]
