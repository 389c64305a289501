"""The checks of commits in memory, beside the builds of MemoryStore."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from aslo.adapters.documents import instant
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.domain.build import BuildState, Lease
from aslo.domain.commit_check import CommitCheck
from aslo.domain.errors import StaleClaimError


class MemoryChecks:
    """Keeps checks in a dictionary that a test may read."""

    lock: threading.RLock

    def __init__(self) -> None:
        self.known_checks: dict[str, CommitCheck] = {}

    def add_check(self, check: CommitCheck) -> bool:
        with self.lock:
            return self.known_checks.setdefault(check.id, check) is check

    def check(self, check_id: str) -> CommitCheck | None:
        return self.known_checks.get(check_id)

    def claim_check(
        self, owner: str, now: datetime, lease: timedelta, most: int
    ) -> CommitCheck | None:
        with self.lock:
            found = next(self._claimable_checks(now, most), None)
            if found is None:
                return None
            claimed = found.claim(owner, now, lease)
            self.known_checks[claimed.id] = claimed
            return claimed

    def renew_check(self, check_id: str, fence: int, expires_at: datetime) -> None:
        with self.lock:
            stored = self._running_check(check_id, fence)
            owner = stored.lease.owner if stored.lease else ""
            self.known_checks[check_id] = replace(stored, lease=Lease(owner, expires_at))

    def save_check(self, check: CommitCheck) -> None:
        with self.lock:
            stored = self._running_check(check.id, check.fence)
            lease = stored.lease if check.state is BuildState.RUNNING else None
            self.known_checks[check.id] = replace(check, lease=lease)

    def replace_check(self, old: CommitCheck, new: CommitCheck) -> bool:
        with self.lock:
            stored = self.known_checks.get(old.id)
            if stored is None or _standing(stored) != _standing(old):
                return False
            self.known_checks[old.id] = new
            return True

    def claimable_checks(self, now: datetime, most: int, limit: int) -> list[str]:
        with self.lock:
            found: dict[object, str] = {}
            room = most - len(self._running_checks())
            for check in self._claimable_checks(now, most):
                if check.state is BuildState.RUNNING:
                    found[check.id] = check.id
                elif room > 0 and check.repository.id not in found:
                    room -= 1
                    found[check.repository.id] = check.id
            return list(found.values())[:limit]

    def waiting_checks(self, repository_id: int, ref: str) -> list[CommitCheck]:
        with self.lock:
            found = [
                check
                for check in self.known_checks.values()
                if check.state is BuildState.QUEUED
                and (check.repository.id, check.head.ref) == (repository_id, ref)
            ]
            return sorted(found, key=lambda check: (check.created_at, check.id))

    def untold_checks(self, limit: int) -> list[CommitCheck]:
        with self.lock:
            untold = [check for check in self.known_checks.values() if untold_since(check)]
            return sorted(untold, key=lambda check: (untold_since(check), check.id))[:limit]

    def _claimable_checks(self, now: datetime, most: int) -> Iterator[CommitCheck]:
        running = self._running_checks()
        yield from (check for check in running if ready_at(check) <= now)
        if len(running) >= most:
            return
        busy = {check.repository.id for check in running}
        waiting = [
            check
            for check in self.known_checks.values()
            if check.state is BuildState.QUEUED
            and check.not_before <= now
            and check.repository.id not in busy
        ]
        yield from sorted(waiting, key=self._turn)

    def _turn(self, check: CommitCheck) -> tuple[int, datetime, datetime, str]:
        served = [
            instant(each.claimed_at)
            for each in self.known_checks.values()
            if each.claimed_at and each.repository.id == check.repository.id
        ]
        turn = max([instant(check.not_before), *served])
        return turn, check.not_before, check.created_at, check.id

    def _running_checks(self) -> list[CommitCheck]:
        found = [c for c in self.known_checks.values() if c.state is BuildState.RUNNING]
        return sorted(found, key=lambda c: (c.not_before, c.created_at, c.id))

    def _running_check(self, check_id: str, fence: int) -> CommitCheck:
        stored = self.known_checks.get(check_id)
        if stored is None or stored.state is not BuildState.RUNNING or stored.fence != fence:
            raise StaleClaimError(f"check {check_id} is not running under fence {fence}")
        return stored


def _standing(check: CommitCheck) -> tuple[BuildState, int, int]:
    return check.state, check.round, check.fence
