"""The line of builds that wait in MongoDB: whose turn it is, and taking it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant, to_document
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, value
from aslo.adapters.queue_keys import ready_at
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import StoreError
from aslo.domain.fairness import LATELY, MOST_AT_ONCE, turns

NAME = "builds"
CLAIM_TRIES = 50
CLAIM_LOOKS = 4
_READY, _NOT_BEFORE = f"{KEYS}.ready_at", f"{KEYS}.not_before"
_CLAIMED, _PLACE = f"{KEYS}.claimed_at", f"{KEYS}.place"
_REPOSITORY = "repository.id"
_LONGEST_WAITING = [(_NOT_BEFORE, 1), (f"{KEYS}.created_at", 1), ("_id", 1)]
_QUEUED, _RUNNING = BuildState.QUEUED.value, BuildState.RUNNING.value
_OF_A_CLAIM = ("state", "lease", "claimed_at", "begun_at")
"""Of a build; its `fence` and `attempt` are counted up where they stand."""

Number = int | None
"""Of a repository; a document that cannot be read may have none, and is met all the same."""
Places = Mapping[Number, list[int | None]]
"""Which places the running builds of each repository have; None is one from before there were
places, or from a backup: it counts, and nobody can meet it."""


class MongoLine(Documents):
    """Who is next, by what the queue holds now.

    Two may look at once and want the same. Of one build, its condition lets one have it; of one
    repository, each running build has a place of few, and an index lets one have each.
    """

    def claim_build(self, owner: str, now: datetime, lease: timedelta) -> Build | None:
        # Who loses a build to another claimant takes the next one.
        for _ in range(CLAIM_TRIES):
            places = self._places()
            free = [each for each in self._next(now, places) if _is_free(each, places)]
            if not free:
                return None
            for each in free:
                if claimed := self._claim(each, each.claim(owner, now, lease), places):
                    return claimed
        raise StoreError(f"{CLAIM_TRIES} times all builds were claimed by others under our hands")

    def claimable_builds(self, now: datetime, limit: int) -> list[str]:
        places = self._places()
        found = self._ids(_abandoned(now), limit)
        for repository in self._turns(now, places):
            free = MOST_AT_ONCE - len(places.get(repository, []))
            if (room := limit - len(found)) <= 0:
                break
            found += self._ids(_waiting_of(repository, now), min(free, room))
        return found

    def _next(self, now: datetime, places: Places) -> list[Build]:
        """The first of the line, more than one for whoever is not quick enough."""
        found = self._look(_abandoned(now))
        for repository in self._turns(now, places):
            if len(found) >= CLAIM_LOOKS:
                break
            found += self._look(_waiting_of(repository, now))
        return found

    def _look(self, query: Document) -> list[Build]:
        how: Document = {"sort": _LONGEST_WAITING, "hint": "in_line"}
        return self._readable(Build, NAME, query, CLAIM_LOOKS, **how)

    def _ids(self, query: Document, limit: int) -> list[str]:
        with self._connection.collection(NAME) as builds:
            found = builds.find(
                query, {"_id": 1}, sort=_LONGEST_WAITING, limit=limit, hint="in_line"
            )
            return [str(each["_id"]) for each in found] if limit else []

    def _turns(self, now: datetime, places: Places) -> list[Number]:
        waiting = self._waiting(now)
        if not waiting:
            return []
        running = {repository: len(taken) for repository, taken in places.items()}
        return turns(waiting, running, self._served())

    def _waiting(self, now: datetime) -> dict[Number, int]:
        """Since when the first build of each repository waits."""
        how: list[Document] = [
            {"$match": {"state": _QUEUED, _READY: {"$lte": instant(now)}}},
            {"$group": {"_id": f"${_REPOSITORY}", "since": {"$min": f"${_NOT_BEFORE}"}}},
        ]
        with self._connection.collection(NAME) as builds:
            return {each["_id"]: each["since"] for each in builds.aggregate(how, hint="in_line")}

    def _places(self) -> Places:
        query = {"state": _RUNNING, _READY: {"$exists": True}}
        asked = {_REPOSITORY: 1, _PLACE: 1}
        found: defaultdict[Number, list[int | None]] = defaultdict(list)
        with self._connection.collection(NAME) as builds:
            for each in builds.find(query, asked, hint="in_line"):
                found[_repository(each)].append(each[KEYS].get("place"))
        return found

    def _served(self) -> dict[Number, int]:
        """When each was served last: what comes first is the latest."""
        found: dict[Number, int] = {}
        query = {_CLAIMED: {"$exists": True}}
        asked = {_REPOSITORY: 1, _CLAIMED: 1}
        with self._connection.collection(NAME) as builds:
            for each in builds.find(
                query, asked, sort=[(_CLAIMED, -1)], limit=LATELY, hint="claimed"
            ):
                found.setdefault(_repository(each), each[KEYS]["claimed_at"])
        return found

    def _claim(self, waiting: Build, wanted: Build, places: Places) -> Build | None:
        """Take a build that still waits as it did, to one of the places that are free."""
        document = to_document(wanted)
        taken = {
            **{name: document[name] for name in _OF_A_CLAIM},
            _CLAIMED: _moment(wanted.claimed_at),
            _READY: _moment(ready_at(wanted)),
        }
        if waiting.state is BuildState.RUNNING:
            return self._take(waiting, taken)
        held = places.get(waiting.repository.id, [])
        for place in range(MOST_AT_ONCE):
            if place not in held and (claimed := self._take(waiting, {**taken, _PLACE: place})):
                return claimed
        return None

    def _take(self, waiting: Build, taken: Document) -> Build | None:
        """What its last owner saved meanwhile stays."""
        unclaimed = {
            "_id": waiting.id,
            "state": waiting.state.value,
            "fence": waiting.fence,
            _READY: _moment(ready_at(waiting)),
        }
        with self._connection.collection(NAME) as builds:
            try:
                claimed = builds.find_one_and_update(
                    unclaimed,
                    {"$set": taken, "$inc": {"fence": 1, "attempt": 1}},
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:
                return None
        return None if claimed is None else value(Build, claimed)


def _moment(at: datetime | None) -> int | None:
    return None if at is None else instant(at)


def _repository(found: Document) -> Number:
    repository = found.get("repository")
    return repository.get("id") if isinstance(repository, dict) else None


def _is_free(waiting: Build, places: Places) -> bool:
    running = len(places.get(waiting.repository.id, []))
    return waiting.state is BuildState.RUNNING or running < MOST_AT_ONCE


def _abandoned(now: datetime) -> Document:
    return {"state": _RUNNING, _READY: {"$lte": instant(now)}}


def _waiting_of(repository: Number, now: datetime) -> Document:
    return {"state": _QUEUED, _REPOSITORY: repository, _READY: {"$lte": instant(now)}}
