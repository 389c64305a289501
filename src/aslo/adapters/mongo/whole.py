"""The record as a whole in MongoDB: its era, its figures, and all that is in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from bson import json_util

from aslo.adapters.documents import EPOCH, from_document
from aslo.adapters.mongo.activities import activity_document, change_document, release_document
from aslo.adapters.mongo.builds import build_document
from aslo.adapters.mongo.connection import PAGE_SECONDS, Document
from aslo.adapters.mongo.deliveries import delivery_document
from aslo.adapters.mongo.logs import part_document
from aslo.adapters.mongo.record import KEYS, Documents
from aslo.adapters.mongo.reports import report_document
from aslo.adapters.mongo.schema import KINDS, META, RECORD
from aslo.domain.build import BuildState
from aslo.domain.errors import MalformedDocumentError, StoreError
from aslo.ports import BuildLog, Figures, Item, Unreadable

PAGE = 500


class MongoWhole(Documents):
    """The store as one thing."""

    def era(self) -> str:
        with self._connection.collection(META, settled=True) as meta:
            found = meta.find_one(RECORD)
        if found is None:
            raise StoreError("the record has lost its era; restore it from a backup")
        return str(found["era"])

    def figures(self) -> Figures:
        ended = f"{KEYS}.ready_at"
        with self._connection.collection("builds") as builds:
            unended = {ended: {"$exists": True}}
            running = builds.count_documents({**unended, "state": BuildState.RUNNING.value})
            queued = builds.count_documents({**unended, "state": BuildState.QUEUED.value})
            oldest_build = _oldest(builds, unended, "created_at")
        with self._connection.collection("deliveries") as deliveries:
            unsettled = {f"{KEYS}.unsettled_at": {"$exists": True}}
            deliveries_left = deliveries.count_documents(unsettled)
            oldest_delivery = _oldest(deliveries, unsettled, "unsettled_at")
        with self._connection.collection("reports") as reports:
            waiting = {f"{KEYS}.waiting_since": {"$exists": True}}
            reports_left = reports.count_documents(waiting)
            oldest_report = _oldest(reports, waiting, "waiting_since")
        with self._connection.collection("changes", settled=True) as changes:
            last = changes.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        return Figures(
            queued=queued,
            running=running,
            oldest_build_at=oldest_build,
            unsettled=deliveries_left,
            oldest_unsettled_at=oldest_delivery,
            reports=reports_left,
            oldest_report_at=oldest_report,
            revision=int(last["_id"]) if last else 0,
        )

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
            "logs",
            "changes",
            "activities",
            "releases",
            "reports",
        ):
            for found in self._pages(name):
                yield _item(name, found)

    def load(self, items: Iterable[Item], era: str) -> None:
        for name in KINDS:
            with self._connection.collection(name) as collection:
                if collection.find_one({}, {"_id": 1}) is not None:
                    raise StoreError(f"the record is not empty: there are {name} in it")
        ends: dict[tuple[str, int], int] = {}
        for name, group in groupby(items, _collection_of):
            while page := list(islice(group, PAGE)):
                documents = [_document(item, ends) for item in page]
                with self._connection.collection(name, seconds=PAGE_SECONDS) as collection:
                    collection.insert_many(documents)
        with self._connection.collection(META) as meta:
            meta.update_one(RECORD, {"$set": {"era": era}})

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
    "Activity": activity_document,
    "Release": release_document,
    "Change": change_document,
    "Report": report_document,
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


def _oldest(collection: Any, query: Document, name: str) -> datetime | None:
    field = f"{KEYS}.{name}"
    found = collection.find_one(query, {field: 1}, sort=[(field, 1)])
    return None if found is None else EPOCH + timedelta(microseconds=found[KEYS][name])
