"""What is counted, in MongoDB: a document for each sum of a day, whose key begins with the day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from aslo.adapters.documents import instant
from aslo.adapters.mongo.connection import PAGE_SECONDS, Document
from aslo.adapters.mongo.record import KEYS, Documents, document, value
from aslo.domain.build import BuildState
from aslo.domain.counts import DayCount, DayShare, Downloads
from aslo.domain.errors import StoreError
from aslo.ports import Counted

COUNTS, SHARES = "counts", "shares"
ADDED_AT_ONCE = 500
ADD_TRIES = 5
DUPLICATE_KEY = 11000
_CREATED, _READY = f"{KEYS}.created_at", f"{KEYS}.ready_at"


class MongoCounted(Documents):
    """What the store counts."""

    def count(self, counts: Iterable[Counted]) -> None:
        kinds: dict[str, list[Counted]] = {COUNTS: [], SHARES: []}
        for each in counts:
            kinds[COUNTS if isinstance(each, DayCount) else SHARES].append(each)
        for name, sums in kinds.items():
            for start in range(0, len(sums), ADDED_AT_ONCE):
                page = sums[start : start + ADDED_AT_ONCE]
                self._add_up(name, [_addition(each) for each in page])

    def downloads_by_day(self, since: date, until: date) -> list[DayCount]:
        return [value(DayCount, each) for each in self._days(COUNTS, since, until)]

    def shares_by_day(self, since: date, until: date) -> list[DayShare]:
        return [value(DayShare, each) for each in self._days(SHARES, since, until)]

    def downloads(self, recent_since: date) -> dict[str, Downloads]:
        total = self._sums({})
        recent = self._sums({"_id": {"$gte": recent_since.isoformat()}})
        return {each: Downloads(count, recent.get(each, 0)) for each, count in total.items()}

    def ended_builds(self, since: datetime, until: datetime) -> Mapping[BuildState, int]:
        ended: Document = {
            _CREATED: {"$gte": instant(since), "$lt": instant(until)},
            _READY: {"$exists": False},
        }
        how = [{"$match": ended}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}]
        with self._connection.collection("builds") as builds:
            return {BuildState(each["_id"]): each["count"] for each in builds.aggregate(how)}

    def _add_up(self, name: str, additions: list[UpdateOne]) -> None:
        for _ in range(ADD_TRIES):
            with self._connection.collection(name, seconds=PAGE_SECONDS) as collection:
                try:
                    collection.bulk_write(additions, ordered=False)
                except BulkWriteError as error:
                    # Two that began one sum at once: it is there now, and is added to.
                    lost = [each for each in _errors(error) if each["code"] == DUPLICATE_KEY]
                    if len(lost) < len(_errors(error)):
                        raise
                    additions = [additions[each["index"]] for each in lost]
                else:
                    return
        raise StoreError(f"{len(additions)} sums were begun by others under our hands")

    def _days(self, name: str, since: date, until: date) -> list[Document]:
        with self._connection.collection(name, seconds=PAGE_SECONDS) as collection:
            days = {"_id": {"$gte": since.isoformat(), "$lt": until.isoformat()}}
            return list(collection.find(days))

    def _sums(self, wanted: Document) -> dict[str, int]:
        how = [
            {"$match": wanted},
            {"$group": {"_id": "$bundle_id", "count": {"$sum": "$count"}}},
        ]
        with self._connection.collection(COUNTS, seconds=PAGE_SECONDS) as counts:
            return {each["_id"]: each["count"] for each in counts.aggregate(how)}


def counted_document(counted: Counted) -> Document:
    """A sum as it is kept."""
    day = counted.day.isoformat()
    if isinstance(counted, DayCount):
        return document(f"{day} {counted.bundle_id} {counted.version}", counted)
    return document(f"{day} {counted.dimension} {counted.value}", counted)


def _addition(counted: Counted) -> UpdateOne:
    begun = counted_document(counted)
    key, count = begun.pop("_id"), begun.pop("count")
    return UpdateOne({"_id": key}, {"$inc": {"count": count}, "$setOnInsert": begun}, upsert=True)


def _errors(error: BulkWriteError) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = (error.details or {}).get("writeErrors", [])
    return errors
