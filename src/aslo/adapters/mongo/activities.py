"""Activities, their releases and the changes to them, in MongoDB."""

import random
import time
from dataclasses import replace

from pymongo.errors import DuplicateKeyError

from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, document, first, value
from aslo.domain.activity import Activity, Change, Release
from aslo.domain.errors import NotFoundError, StoreError

ACTIVITIES, RELEASES, CHANGES = "activities", "releases", "changes"
ANNOUNCE_TRIES = 500
_FOLDED, _VERSION = f"{KEYS}.folded_id", f"{KEYS}.version_key"


class MongoActivities(Documents):
    """The activities of the store; each names its releases by their versions, newest first."""

    def claim_bundle_id(self, activity: Activity) -> Activity:
        with self._connection.collection(ACTIVITIES) as activities:
            try:
                activities.insert_one(activity_document(activity))
            except DuplicateKeyError:
                known = first(activities, Activity, {_FOLDED: activity.folded_id})
                if known is None:
                    raise StoreError(
                        f"the bundle id {activity.bundle_id} is taken by what cannot be found"
                    ) from None
                return known
        return activity

    def activity(self, bundle_id: str) -> Activity | None:
        return self._get(Activity, ACTIVITIES, {"_id": bundle_id})

    def bundle_ids(self) -> list[str]:
        with self._connection.collection(ACTIVITIES) as activities:
            return sorted(str(each["_id"]) for each in activities.find({}, {"_id": 1}))

    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        found = self._list(Activity, ACTIVITIES, {"repository.id": repository_id})
        return sorted(found, key=lambda activity: activity.bundle_id)

    def save_activity(self, activity: Activity) -> bool:
        changed = activity_document(replace(activity, edition=activity.edition + 1))
        stored = {"_id": activity.bundle_id, "edition": activity.edition}
        with self._connection.collection(ACTIVITIES) as activities:
            return activities.replace_one(stored, changed).matched_count == 1

    def announce(self, bundle_id: str) -> int:
        # A change is inserted only behind one that could be read, so none is ever missing
        # before one that is there; and replication keeps that order, so that a follower, who
        # reads what a majority has, sees no gap that is filled later.
        for tried in range(ANNOUNCE_TRIES):
            revision = self._highest() + 1
            if self._add(Change(revision, bundle_id)):
                return revision
            time.sleep(random.uniform(0, min(tried, 10) / 1000))  # noqa: S311 - no secret
        raise StoreError(f"{ANNOUNCE_TRIES} changes were announced by others under our hands")

    def last_revision(self) -> int:
        # As the primary has it: what a majority has may be known to a new primary a little later
        # than to the one before, and a catalog that is ahead of the record is made again.
        return self._highest()

    def changes(self, since: int, limit: int) -> list[Change]:
        with self._connection.collection(CHANGES, settled=True) as changes:
            found = changes.find({"_id": {"$gt": since}}, sort=[("_id", 1)], limit=limit)
            return [value(Change, each) for each in found] if limit else []

    def _highest(self) -> int:
        with self._connection.collection(CHANGES) as changes:
            last = changes.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        return 0 if last is None else int(last["_id"])

    def _add(self, change: Change) -> bool:
        with self._connection.collection(CHANGES) as changes:
            try:
                changes.insert_one(change_document(change))
            except DuplicateKeyError:
                return False
        return True


class MongoReleases(Documents):
    """The releases of the store."""

    def add_release(self, release: Release) -> Release:
        with self._connection.collection(RELEASES) as releases:
            try:
                releases.insert_one(release_document(release))
            except DuplicateKeyError:
                known = first(releases, Release, {"_id": _key(release)})
                if known is None:
                    raise StoreError(
                        f"the release {_key(release)} is taken by what cannot be found"
                    ) from None
                return known
        return release

    def release(self, bundle_id: str, version_key: str) -> Release | None:
        return self._get(Release, RELEASES, {"bundle_id": bundle_id, _VERSION: version_key})

    def releases(self, bundle_id: str) -> list[Release]:
        return self._list(Release, RELEASES, {"bundle_id": bundle_id})

    def save_release(self, release: Release) -> None:
        changed = release_document(release)
        # What people may have downloaded under this version never changes.
        served = {name: changed[name] for name in ("_id", "content_digest", "version")}
        served |= {f"bundle.{name}": part for name, part in changed["bundle"].items()}
        with self._connection.collection(RELEASES) as releases:
            if releases.replace_one(served, changed).matched_count:
                return
            if releases.find_one({"_id": _key(release)}, {"_id": 1}) is None:
                raise NotFoundError(f"no release {release.version} of {release.bundle_id}")
        raise ValueError(f"a published release keeps its file and version, got {release!r}")


def activity_document(activity: Activity) -> Document:
    """An activity as it is kept."""
    return document(activity.bundle_id, activity, {"folded_id": activity.folded_id})


def release_document(release: Release) -> Document:
    """A release as it is kept."""
    return document(_key(release), release, {"version_key": release.version_key})


def change_document(change: Change) -> Document:
    """A change as it is kept."""
    return document(change.revision, change)


def _key(release: Release) -> str:
    return f"{release.bundle_id} {release.version_key}"
