"""Builds in MongoDB."""

from dataclasses import replace
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant, to_document
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.line import NAME, MongoLine
from aslo.adapters.mongo.record import KEYS, document
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState, Lease
from aslo.domain.errors import StaleClaimError

_READY, _UNTOLD = f"{KEYS}.ready_at", f"{KEYS}.untold_since"
_CREATED = f"{KEYS}.created_at"
_NEWEST = [(_CREATED, -1), ("_id", -1)]


class MongoBuilds(MongoLine):
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

    def untold_builds(self, limit: int) -> list[Build]:
        query = {_UNTOLD: {"$exists": True}}
        order = [(_UNTOLD, 1), ("_id", 1)]
        return self._readable(Build, NAME, query, limit, sort=order, hint="untold")

    def recent_builds(
        self, limit: int, bundle_id: str | None = None, behind: Build | None = None
    ) -> list[Build]:
        query: Document = {} if bundle_id is None else {"bundle_id": bundle_id}
        if behind is not None:
            created = instant(behind.created_at)
            # The first part is what the index is read by.
            query[_CREATED] = {"$lte": created}
            query["$or"] = [{_CREATED: {"$lt": created}}, {"_id": {"$lt": behind.id}}]
        return self._list(Build, NAME, query, sort=_NEWEST, limit=limit)

    def builds_of_release(self, repository_id: int, release_id: int) -> list[Build]:
        query = {"repository.id": repository_id, "release.id": release_id}
        return self._readable(Build, NAME, query, sort=_NEWEST)

    def builds_of_commit(self, repository_id: int, commit: str) -> list[Build]:
        query = {"repository.id": repository_id, "commit": commit}
        return self._readable(Build, NAME, query, sort=_NEWEST)

    def next_repository(self, after: int) -> Repository | None:
        # In the order of the index, which is read no further than its first entry.
        order = [("repository.id", 1), ("release.id", 1), (_CREATED, -1), ("_id", -1)]
        query = {"repository.id": {"$gt": after}}
        found = self._readable(Build, NAME, query, 1, sort=order, hint="of_release")
        return found[0].repository if found else None


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
            "claimed_at": build.claimed_at,
        },
    )


def _standing(build: Build) -> Document:
    return {"_id": build.id, "state": build.state.value, "fence": build.fence}


def _running(build_id: str, fence: int) -> Document:
    return {"_id": build_id, "state": BuildState.RUNNING.value, "fence": fence}


def _refuse_stale(matched: int, build_id: str, fence: int) -> None:
    if not matched:
        raise StaleClaimError(f"build {build_id} is not running under fence {fence}")
