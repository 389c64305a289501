"""What only the holder of a claim may write, of builds and of checks of commits alike."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from aslo.adapters.documents import instant
from aslo.adapters.sqlite.record import first
from aslo.domain.build import BuildState, Lease, Work
from aslo.domain.errors import StaleClaimError

W = TypeVar("W", bound=Work)


@dataclass(frozen=True, slots=True)
class Fenced(Generic[W]):
    """A table of claims; each call is made inside a transaction that writes."""

    kind: type[W]
    name: str
    by_id: str
    """The question for key and body by `:id`."""
    put: Callable[[sqlite3.Connection, W], None]

    def renew(
        self, connection: sqlite3.Connection, work_id: str, fence: int, expires_at: datetime
    ) -> None:
        """Prolong the lease of what runs under that fence, else StaleClaimError."""
        stored = self._running(connection, work_id, fence)
        owner = stored.lease.owner if stored.lease else ""
        self.put(connection, replace(stored, lease=Lease(owner, expires_at)))

    def save(self, connection: sqlite3.Connection, work: W) -> None:
        """Replace what runs under its fence, else StaleClaimError; of the lease only the end is
        the holder's to write."""
        stored = self._running(connection, work.id, work.fence)
        lease = stored.lease if work.state is BuildState.RUNNING else None
        self.put(connection, replace(work, lease=lease))

    def replace(self, connection: sqlite3.Connection, old: W, new: W) -> bool:
        """Put the new one in the place of the old, if that still stands as it did."""
        stored = first(connection, self.kind, self.by_id, {"id": old.id})
        if stored is None or _standing(stored) != _standing(old):
            return False
        self.put(connection, new)
        return True

    def _running(self, connection: sqlite3.Connection, work_id: str, fence: int) -> W:
        stored = first(connection, self.kind, self.by_id, {"id": work_id})
        if stored is None or stored.state is not BuildState.RUNNING or stored.fence != fence:
            raise StaleClaimError(f"{self.name} {work_id} is not running under fence {fence}")
        return stored


def instant_of(moment: datetime | None) -> int | None:
    """A moment as columns keep it; none where there is none."""
    return None if moment is None else instant(moment)


def _standing(work: Work) -> tuple[BuildState, int, int]:
    return work.state, work.round, work.fence
