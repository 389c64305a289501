"""Builds in MongoDB: the queue."""

from dataclasses import replace
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant, to_document
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, document, value
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState, Lease
from aslo.domain.errors import StaleClaimError, StoreError

NAME = "builds"
CLAIM_TRIES = 50
CLAIM_LOOKS = 4
# Named, because only a sort, and no condition on its first field, leads the server to it.
QUEUE = "waiting"
_READY, _UNTOLD = f"{KEYS}.ready_at", f"{KEYS}.untold_since"
_CREATED = f"{KEYS}.created_at"
_LONGEST_WAITING = [(f"{KEYS}.not_before", 1), (_CREATED, 1), ("_id", 1)]
_NEWEST = [(_CREATED, -1), ("_id", -1)]


class MongoBuilds(Documents):
    """The builds of the store."""

    def add_build(self, build: Build) -> bool:
        with self._connection.collection(NAME) as builds:
            try:
                builds.insert_one(build_document(build))
            except DuplicateKeyError:
                return False
        return True

    def build(self, build_id: str) -> Build | None:
        return self._get(Build, NAME, {"_id": build_id})

    def claim_build(
        self, owner: str, now: datetime, lease: timedelta, build_id: str | None = None
    ) -> Build | None:
        # Who loses a build to another claimant takes the next one.
        for _ in range(CLAIM_TRIES):
            waiting = self._longest_waiting(now, build_id)
            if not waiting:
                return None
            for each in waiting:
                if claimed := self._claim(each, Lease(owner, now + lease)):
                    return claimed
        raise StoreError(f"{CLAIM_TRIES} times all builds were claimed by others under our hands")

    def renew_build(self, build_id: str, fence: int, expires_at: datetime) -> None:
        until = to_document(Lease("", expires_at))["expires_at"]
        with self._connection.collection(NAME) as builds:
            renewed = builds.update_one(
                _running(build_id, fence),
                {"$set": {"lease.expires_at": until, _READY: instant(expires_at)}},
            )
        _refuse_stale(renewed.matched_count, build_id, fence)

    def save_build(self, build: Build) -> None:
        lease = build.lease if build.state is BuildState.RUNNING else None
        changed = build_document(replace(build, lease=lease))
        del changed["_id"]
        if build.state is BuildState.RUNNING:
            # All but the lease, which a heartbeat may have prolonged meanwhile.
            del changed["lease"]
            keys = changed.pop(KEYS)
            del keys["ready_at"]
            changed |= {f"{KEYS}.{name}": key for name, key in keys.items()}
        with self._connection.collection(NAME) as builds:
            saved = builds.update_one(_running(build.id, build.fence), {"$set": changed})
        _refuse_stale(saved.matched_count, build.id, build.fence)

    def replace_build(self, old: Build, new: Build) -> bool:
        standing = {**_standing(old), "round": old.round}
        with self._connection.collection(NAME) as builds:
            return builds.replace_one(standing, build_document(new)).matched_count == 1

    def claimable_builds(self, now: datetime, limit: int) -> list[str]:
        with self._connection.collection(NAME) as builds:
            found = builds.find(
                _claimable(now), {"_id": 1}, sort=_LONGEST_WAITING, limit=limit, hint=QUEUE
            )
            return [str(each["_id"]) for each in found] if limit else []

    def untold_builds(self, limit: int) -> list[Build]:
        query = {_UNTOLD: {"$exists": True}}
        order = [(_UNTOLD, 1), ("_id", 1)]
        return self._readable(Build, NAME, query, limit, sort=order, hint="untold")

    def recent_builds(self, limit: int, bundle_id: str | None = None) -> list[Build]:
        query = {} if bundle_id is None else {"bundle_id": bundle_id}
        return self._list(Build, NAME, query, sort=_NEWEST, limit=limit)

    def builds_of_release(self, repository_id: int, release_id: int) -> list[Build]:
        query = {"repository.id": repository_id, "release.id": release_id}
        return self._readable(Build, NAME, query, sort=_NEWEST)

    def next_repository(self, after: int) -> Repository | None:
        # In the order of the index, which is read no further than its first entry.
        order = [("repository.id", 1), ("release.id", 1), (_CREATED, -1), ("_id", -1)]
        query = {"repository.id": {"$gt": after}}
        found = self._readable(Build, NAME, query, 1, sort=order, hint="of_release")
        return found[0].repository if found else None

    def _longest_waiting(self, now: datetime, build_id: str | None) -> list[Build]:
        if build_id is not None:
            return self._readable(Build, NAME, {**_claimable(now), "_id": build_id})
        how: Document = {"sort": _LONGEST_WAITING, "hint": QUEUE}
        return self._readable(Build, NAME, _claimable(now), CLAIM_LOOKS, **how)

    def _claim(self, waiting: Build, lease: Lease) -> Build | None:
        """Take a build that still waits as it did; what its last owner saved meanwhile stays."""
        unclaimed = {**_standing(waiting), _READY: _instant(ready_at(waiting))}
        taken = {
            "state": BuildState.RUNNING.value,
            "lease": to_document(lease),
            _READY: instant(lease.expires_at),
        }
        with self._connection.collection(NAME) as builds:
            claimed = builds.find_one_and_update(
                unclaimed,
                {"$set": taken, "$inc": {"fence": 1, "attempt": 1}},
                return_document=ReturnDocument.AFTER,
            )
        return None if claimed is None else value(Build, claimed)


def build_document(build: Build) -> Document:
    """A build as it is kept."""
    return document(
        build.id,
        build,
        {
            "ready_at": ready_at(build),
            "untold_since": untold_since(build),
            "not_before": build.not_before,
            "created_at": build.created_at,
        },
    )


def _claimable(now: datetime) -> Document:
    return {_READY: {"$lte": instant(now)}}


def _standing(build: Build) -> Document:
    return {"_id": build.id, "state": build.state.value, "fence": build.fence}


def _running(build_id: str, fence: int) -> Document:
    return {"_id": build_id, "state": BuildState.RUNNING.value, "fence": fence}


def _refuse_stale(matched: int, build_id: str, fence: int) -> None:
    if not matched:
        raise StaleClaimError(f"build {build_id} is not running under fence {fence}")


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else instant(moment)
