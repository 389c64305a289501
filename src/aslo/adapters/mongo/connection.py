"""A connection to one MongoDB database: made when first needed, one for each process."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from pymongo import MongoClient, ReadPreference, timeout
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from aslo.adapters.mongo.faults import translated
from aslo.domain.errors import StoreError

Document = dict[str, Any]
Prepare = Callable[[Database[Document]], None]

DEFAULT_NAME = "aslo"
# GitHub wants its answer in ten seconds. The driver tries again until the time is over, so it is
# given one time for everything: a time for each try would be spent twice on a frozen server.
ANSWER_SECONDS = 4.0
OPENING_SECONDS = 5.0
PAGE_SECONDS = 60.0
MIGRATION_SECONDS = 3_600.0
SELECTION_MS = 3_000
DURABLE = WriteConcern(w="majority", j=True)
PRESENT = ReadConcern("local")
SETTLED = ReadConcern("majority")
"""What this shows can no longer be undone by a change of the primary."""


class Connection:
    """The collections of a database; `prepare` looks at it before anything is done in it."""

    def __init__(self, url: str, prepare: Prepare) -> None:
        self._url = url
        self._prepare = prepare
        self._lock = threading.Lock()
        self._client: MongoClient[Document] | None = None
        self._name = DEFAULT_NAME
        self._made_by = 0
        self._prepared = False

    @contextmanager
    def collection(
        self, name: str, *, settled: bool = False, seconds: float = ANSWER_SECONDS
    ) -> Iterator[Collection[Document]]:
        """A collection whose writes are durable when they return; StoreError for all trouble."""
        if not self._prepared:
            with self.database(OPENING_SECONDS) as database:
                self._prepare(database)
            self._prepared = True
        with self.database(seconds) as database:
            read = SETTLED if settled else PRESENT
            yield database.get_collection(name, read_concern=read)

    @contextmanager
    def database(self, seconds: float) -> Iterator[Database[Document]]:
        """The database as it is, prepared or not, for so long."""
        name, client = self._mine()
        with translated(name), timeout(seconds):
            # Said here, so that no option of the address weakens it.
            yield client.get_database(
                name,
                read_preference=ReadPreference.PRIMARY,
                write_concern=DURABLE,
                read_concern=PRESENT,
            )

    def unprepared(self, seconds: float) -> AbstractContextManager[Database[Document]]:
        """The database for whoever changes what `prepare` looks at; it looks again afterwards."""
        self._prepared = False
        return self.database(seconds)

    def close(self) -> None:
        """Let go; the next use connects anew."""
        with self._lock:
            client, self._client, self._prepared = self._client, None, False
            if client is not None and self._made_by == os.getpid():
                client.close()

    def _mine(self) -> tuple[str, MongoClient[Document]]:
        # A client must not cross a fork (pymongo.readthedocs.io: "PyMongo and fork").
        with self._lock:
            if self._client is None or self._made_by != os.getpid():
                self._name, self._client = _opened(self._url)
                self._made_by = os.getpid()
            return self._name, self._client


def _opened(url: str) -> tuple[str, MongoClient[Document]]:
    """The name of a URL's database and a client that has not asked anything yet."""
    try:
        with translated("of ASLO_STORE"):
            return parse_uri(url).get("database") or DEFAULT_NAME, _client(url)
    except ValueError as error:
        raise StoreError("ASLO_STORE is no address of a MongoDB database; correct it") from error


def _client(url: str) -> MongoClient[Document]:
    return MongoClient(
        url,
        appname="aslo",
        connect=False,
        retryWrites=True,
        serverSelectionTimeoutMS=SELECTION_MS,
        connectTimeoutMS=SELECTION_MS,
    )
