"""Checks of commits in MongoDB: a queue beside that of builds.

Two may look at once and want the same. Of one check, its condition lets one have it. Of all that
run each has a seat of few, and no two are of one repository: an index keeps each of the two.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant, to_document
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, document, value
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.domain.build import BuildState, Lease
from aslo.domain.commit_check import CommitCheck
from aslo.domain.errors import StaleClaimError, StoreError
from aslo.domain.fairness import turns

NAME = "checks"
CLAIM_TRIES = 50
_READY, _NOT_BEFORE, _UNTOLD = (
    f"{KEYS}.{key}" for key in ("ready_at", "not_before", "untold_since")
)
_CLAIMED, _SEAT = f"{KEYS}.claimed_at", f"{KEYS}.seat"
_REPOSITORY = "repository.id"
_LONGEST_WAITING = [(_NOT_BEFORE, 1), (f"{KEYS}.created_at", 1), ("_id", 1)]
_OF_A_CLAIM = ("state", "lease", "claimed_at", "begun_at")
_QUEUED, _RUNNING = BuildState.QUEUED.value, BuildState.RUNNING.value


class MongoChecks(Documents):
    """The checks of the store."""

    def add_check(self, check: CommitCheck) -> bool:
        with self._connection.collection(NAME) as checks:
            try:
                checks.insert_one(check_document(check))
            except DuplicateKeyError:
                return False
        return True

    def check(self, check_id: str) -> CommitCheck | None:
        return self._get(CommitCheck, NAME, {"_id": check_id})

    def claim_check(
        self, owner: str, now: datetime, lease: timedelta, most: int
    ) -> CommitCheck | None:
        # Who loses a check to another claimant takes the next one.
        for _ in range(CLAIM_TRIES):
            seats = self._seats()
            waiting = [*self._abandoned_checks(now), *self._first_of_each(now, len(seats) < most)]
            if not waiting:
                return None
            free = next((seat for seat in range(most) if seat not in seats), None)
            for each in waiting:
                if claimed := self._take_check(each, each.claim(owner, now, lease), free):
                    return claimed
        raise StoreError(f"{CLAIM_TRIES} times all checks were claimed by others under our hands")

    def renew_check(self, check_id: str, fence: int, expires_at: datetime) -> None:
        until = to_document(Lease("", expires_at))["expires_at"]
        changed = {"lease.expires_at": until, _READY: instant(expires_at)}
        self._change_running_check(check_id, fence, changed)

    def save_check(self, check: CommitCheck) -> None:
        lease = check.lease if check.state is BuildState.RUNNING else None
        changed = check_document(replace(check, lease=lease))
        del changed["_id"]
        if check.state is BuildState.RUNNING:
            # All but the lease, which a heartbeat may have prolonged meanwhile.
            del changed["lease"]
            keys = changed.pop(KEYS)
            del keys["ready_at"]
            changed |= {f"{KEYS}.{name}": key for name, key in keys.items()}
        self._change_running_check(check.id, check.fence, changed)

    def replace_check(self, old: CommitCheck, new: CommitCheck) -> bool:
        standing = {
            "_id": old.id, "state": old.state.value, "round": old.round, "fence": old.fence,
        }  # fmt: skip
        with self._connection.collection(NAME) as checks:
            return checks.replace_one(standing, check_document(new)).matched_count == 1

    def claimable_checks(self, now: datetime, most: int, limit: int) -> list[str]:
        abandoned = [each.id for each in self._abandoned_checks(now)]
        free = max(0, most - len(self._seats()))
        waiting = [each.id for each in self._first_of_each(now, free > 0)]
        return [*abandoned, *waiting[:free]][:limit]

    def waiting_checks(self, repository_id: int, ref: str) -> list[CommitCheck]:
        query = {"state": _QUEUED, _REPOSITORY: repository_id, "head.ref": ref}
        order = [(f"{KEYS}.created_at", 1), ("_id", 1)]
        waiting = {**query, _READY: {"$exists": True}}
        return self._readable(CommitCheck, NAME, waiting, sort=order, hint="in_line")

    def untold_checks(self, limit: int) -> list[CommitCheck]:
        query, order = {_UNTOLD: {"$exists": True}}, [(_UNTOLD, 1), ("_id", 1)]
        return self._readable(CommitCheck, NAME, query, limit, sort=order, hint="untold")

    def _abandoned_checks(self, now: datetime) -> list[CommitCheck]:
        query = {"state": _RUNNING, _READY: {"$lte": instant(now)}}
        return self._readable(CommitCheck, NAME, query, sort=_LONGEST_WAITING, hint="in_line")

    def _first_of_each(self, now: datetime, is_room: bool) -> list[CommitCheck]:  # noqa: FBT001
        """The check that has waited longest of each repository that has none running, by turn."""
        if not is_room:
            return []
        waiting = self._checks_waiting(now)
        order = turns(waiting, {}, self._checks_served(list(waiting)))
        found = [self._check_waiting_of(repository, now) for repository in order]
        return [each for first in found for each in first]

    def _check_waiting_of(self, repository: int, now: datetime) -> list[CommitCheck]:
        query = {"state": _QUEUED, _REPOSITORY: repository, _READY: {"$lte": instant(now)}}
        return self._readable(CommitCheck, NAME, query, 1, sort=_LONGEST_WAITING, hint="in_line")

    def _checks_waiting(self, now: datetime) -> dict[int, int]:
        """Since when the first check of each repository waits that has none running."""
        with self._connection.collection(NAME) as checks:
            running = checks.distinct(_REPOSITORY, {"state": _RUNNING, _READY: {"$exists": True}})
            query = {"state": _QUEUED, _READY: {"$lte": instant(now)}}
            how: list[Document] = [
                {"$match": {**query, _REPOSITORY: {"$nin": running}}},
                {"$group": {"_id": f"${_REPOSITORY}", "since": {"$min": f"${_NOT_BEFORE}"}}},
            ]
            return {each["_id"]: each["since"] for each in checks.aggregate(how, hint="in_line")}

    def _checks_served(self, repositories: list[int]) -> dict[int, int]:
        """When each was served last."""
        how: list[Document] = [
            {"$match": {_REPOSITORY: {"$in": repositories}, _CLAIMED: {"$exists": True}}},
            {"$group": {"_id": f"${_REPOSITORY}", "at": {"$max": f"${_CLAIMED}"}}},
        ]
        with self._connection.collection(NAME) as checks:
            return {each["_id"]: each["at"] for each in checks.aggregate(how, hint="claimed")}

    def _seats(self) -> set[int | str]:
        query = {"state": _RUNNING, _READY: {"$exists": True}}
        with self._connection.collection(NAME) as checks:
            found = checks.find(query, {_SEAT: 1}, hint="in_line")
            # One from a backup has none; it counts, and nobody can meet it.
            return {each[KEYS].get("seat", str(each["_id"])) for each in found}

    def _take_check(
        self, waiting: CommitCheck, wanted: CommitCheck, seat: int | None
    ) -> CommitCheck | None:
        """Take a check that still waits as it did; what its last owner saved meanwhile stays."""
        if seat is None and waiting.state is not BuildState.RUNNING:
            return None
        document = to_document(wanted)
        taken = {
            **{name: document[name] for name in _OF_A_CLAIM},
            _CLAIMED: _moment(wanted.claimed_at),
            _READY: _moment(ready_at(wanted)),
        }
        if waiting.state is not BuildState.RUNNING:
            taken |= {_SEAT: seat, f"{KEYS}.runs_for": waiting.repository.id}
        unclaimed = {
            "_id": waiting.id, "state": waiting.state.value, "fence": waiting.fence,
            _READY: _moment(ready_at(waiting)),
        }  # fmt: skip
        change = {"$set": taken, "$inc": {"fence": 1, "attempt": 1}}
        with self._connection.collection(NAME) as checks:
            try:
                claimed = checks.find_one_and_update(
                    unclaimed, change, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                return None
        return None if claimed is None else value(CommitCheck, claimed)

    def _change_running_check(self, check_id: str, fence: int, changed: Document) -> None:
        running = {"_id": check_id, "state": _RUNNING, "fence": fence}
        with self._connection.collection(NAME) as checks:
            if not checks.update_one(running, {"$set": changed}).matched_count:
                raise StaleClaimError(f"check {check_id} is not running under fence {fence}")


def _moment(at: datetime | None) -> int | None:
    return None if at is None else instant(at)


def check_document(check: CommitCheck) -> Document:
    """A check as it is kept."""
    return document(
        check.id,
        check,
        {
            "ready_at": ready_at(check),
            "untold_since": untold_since(check),
            "not_before": check.not_before,
            "created_at": check.created_at,
            "claimed_at": check.claimed_at,
        },
    )
