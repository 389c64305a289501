"""The record as a whole in MongoDB: its era, its figures, and all that is in it."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from bson import json_util

from aslo.adapters.documents import EPOCH, from_document
from aslo.adapters.mongo import filling
from aslo.adapters.mongo.activities import activity_document, change_document, release_document
from aslo.adapters.mongo.builds import build_document
from aslo.adapters.mongo.checks import check_document
from aslo.adapters.mongo.connection import (
    ANSWER_SECONDS,
    MIGRATION_SECONDS,
    PAGE_SECONDS,
    Document,
)
from aslo.adapters.mongo.counted import counted_document
from aslo.adapters.mongo.deliveries import delivery_document
from aslo.adapters.mongo.logs import part_document
from aslo.adapters.mongo.record import KEYS, Documents
from aslo.adapters.mongo.reports import report_document
from aslo.adapters.mongo.schema import KINDS, META, RECORD
from aslo.domain.build import BuildState
from aslo.domain.errors import MalformedDocumentError, StoreError
from aslo.ports import BuildLog, Figures, Item, Unreadable

PAGE = 500
RUNNING = BuildState.RUNNING.value


class MongoWhole(Documents):
    """The store as one thing."""

    def era(self) -> str:
        with self._connection.collection(META, settled=True) as meta:
            found = meta.find_one(RECORD)
        if found is None:
            raise StoreError("the record has lost its era; restore it from a backup")
        return str(found["era"])

    def begin_era(self, after: str) -> str:
        with self._connection.collection(META) as meta:
            meta.update_one({**RECORD, "era": after}, {"$set": {"era": secrets.token_hex(8)}})
        return self.era()

    def figures(self) -> Figures:
        builds = self._queue("builds", "state", "ready_at", "created_at", "waiting")
        unsettled = self._queue("deliveries", "state", "unsettled_at", "unsettled_at", "unsettled")
        reports = self._queue("reports", "sent", "waiting_since", "waiting_since", "waiting")
        checks = self._queue("checks", "state", "ready_at", "created_at", "in_line")
        with self._connection.collection("changes") as changes:
            last = changes.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        return Figures(
            queued=sum(each["count"] for state, each in builds.items() if state != RUNNING),
            running=builds[RUNNING]["count"] if RUNNING in builds else 0,
            oldest_build_at=_oldest(builds),
            unsettled=sum(each["count"] for each in unsettled.values()),
            oldest_unsettled_at=_oldest(unsettled),
            reports=sum(each["count"] for each in reports.values()),
            oldest_report_at=_oldest(reports),
            revision=int(last["_id"]) if last else 0,
            checks=sum(each["count"] for each in checks.values()),
        )

    def _queue(
        self, name: str, kind: str, waits: str, since: str, index: str
    ) -> dict[str, Document]:
        """How many documents of each kind wait, and since when, read from the queue's index."""
        how: list[Document] = [
            {"$match": {f"{KEYS}.{waits}": {"$exists": True}}},
            {
                "$group": {
                    "_id": f"${kind}",
                    "count": {"$sum": 1},
                    "oldest": {"$min": f"${KEYS}.{since}"},
                }
            },
        ]
        with self._connection.collection(name) as collection:
            return {each["_id"]: each for each in collection.aggregate(how, hint=index)}

    def batch(self) -> AbstractContextManager[None]:
        # Each write is durable by itself: a transaction over many would need a replica set.
        return nullcontext()

    def dump(self) -> Iterator[Item]:
        # No moment is the same for all. What is read first is oldest, so that whoever goes on
        # from it does a step again rather than miss it: a build that has not ended yet publishes
        # and announces what is there already. What came in after its turn is not there.
        for name in (
            "deliveries",
            "builds",
            "checks",
            "logs",
            "changes",
            "activities",
            "releases",
            "reports",
            "counts",
            "shares",
        ):
            for found in self._pages(name):
                yield _item(name, found)

    def load(self, items: Iterable[Item], era: str) -> None:
        with self._connection.unprepared(MIGRATION_SECONDS) as database:
            mark = filling.begin(database)
        ends: dict[tuple[str, int], int] = {}
        for name, group in groupby(items, _collection_of):
            while page := list(islice(group, PAGE)):
                documents = [_document(item, ends) for item in page]
                with self._connection.unprepared(PAGE_SECONDS) as database:
                    filling.go_on(database, mark)
                    database[name].insert_many(documents)
        with self._connection.unprepared(ANSWER_SECONDS) as database:
            filling.end(database, mark, era)

    def _pages(self, name: str) -> Iterator[Document]:
        """Every document by its key, a page at a time: no cursor stays open for long."""
        after: Document = {}
        while True:
            with self._connection.collection(
                name, settled=True, seconds=PAGE_SECONDS
            ) as collection:
                page = list(collection.find(after, sort=[("_id", 1)], limit=PAGE))
            yield from page
            if len(page) < PAGE:
                return
            after = {"_id": {"$gt": page[-1]["_id"]}}


_DOCUMENTS: Mapping[str, Callable[[Any], Document]] = {
    "Delivery": delivery_document,
    "Build": build_document,
    "CommitCheck": check_document,
    "Activity": activity_document,
    "Release": release_document,
    "Change": change_document,
    "Report": report_document,
    "DayCount": counted_document,
    "DayShare": counted_document,
}
_COLLECTIONS = {kind.__name__: name for name, kind in KINDS.items()}


def _collection_of(item: Item) -> str:
    if isinstance(item, Unreadable):
        message = f"the {item.kind} {item.key} cannot be read, so it cannot be kept"
        raise ValueError(message)  # noqa: TRY004 - its type is right, its content is not
    return _COLLECTIONS[type(item).__name__]


def _document(item: Item, ends: dict[tuple[str, int], int]) -> Document:
    if isinstance(item, BuildLog):
        claim = item.build_id, item.fence
        start = ends.get(claim, 0)
        ends[claim] = start + len(item.text.encode())
        return part_document(item, start, ends[claim])
    return _DOCUMENTS[type(item).__name__](item)


def _item(name: str, found: Document) -> Item:
    key = str(found["_id"])
    try:
        item: Item = from_document(KINDS[name], found, key)
    except MalformedDocumentError:
        return Unreadable(name, key, json_util.dumps(found))
    return item


def _oldest(kinds: Mapping[str, Document]) -> datetime | None:
    oldest = min((each["oldest"] for each in kinds.values()), default=None)
    return None if oldest is None else EPOCH + timedelta(microseconds=oldest)
