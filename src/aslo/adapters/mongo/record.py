"""Domain values as MongoDB documents: our key as `_id`, and what queries sort by in `_keys`."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from pymongo.collection import Collection

from aslo.adapters.documents import from_document, instant, to_document
from aslo.adapters.mongo.connection import Connection, Document
from aslo.domain.errors import StoreError

logger = logging.getLogger(__name__)
T = TypeVar("T")
KEYS = "_keys"

SORTED_BY_KEYS = Mapping[str, int | str | datetime | None]


class Documents:
    """Reads values from the database; one child for each idea."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _get(self, kind: type[T], collection: str, query: Document) -> T | None:
        """The value of the one document that a query finds."""
        with self._connection.collection(collection) as found:
            return first(found, kind, query)

    def _list(self, kind: type[T], collection: str, query: Document, **how: Any) -> list[T]:
        """The values of all documents that a query finds."""
        with self._connection.collection(collection) as found:
            return [value(kind, each) for each in found.find(query, **how)]

    def _readable(
        self,
        kind: type[T],
        collection: str,
        query: Document,
        limit: int | None = None,
        **how: Any,
    ) -> list[T]:
        """The first values of a query, unreadable ones left out."""
        with self._connection.collection(collection) as found:
            asked = found.find(query, batch_size=limit or 0, **how)
            return list(islice(readable(kind, asked), limit))


def document(key: object, content: object, keys: SORTED_BY_KEYS | None = None) -> Document:
    """The document of a value; a key without a value is left out, and so out of its index."""
    made = {"_id": key, **to_document(content)}
    if keys is not None:
        made[KEYS] = {name: _plain(each) for name, each in keys.items() if each is not None}
    return made


def value(kind: type[T], found: Document) -> T:
    """The value of a document; MalformedDocumentError names its key."""
    return from_document(kind, found, str(found["_id"]))


def first(collection: Collection[Document], kind: type[T], query: Document) -> T | None:
    """The value of the one document that a query finds."""
    found = collection.find_one(query)
    return None if found is None else value(kind, found)


def readable(kind: type[T], found: Iterable[Document]) -> Iterator[T]:
    """The values of documents; one that cannot be read must not stop those behind it."""
    for each in found:
        try:
            yield value(kind, each)
        except StoreError as error:
            logger.error("passed over: %s", error)  # noqa: TRY400  # the message says it all


def _plain(key: int | str | datetime | None) -> object:
    return instant(key) if isinstance(key, datetime) else key
