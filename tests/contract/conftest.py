"""Every adapter of a port, by turns, so that each passes the one suite of its port."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.files_local import LocalFiles
from aslo.adapters.files_s3 import S3Files
from aslo.adapters.store_mongo import MongoStore
from aslo.adapters.store_sqlite import SqliteStore
from aslo.ports import Catalog, Files, Store
from fakes.catalog import MemoryCatalog
from fakes.files import MemoryFiles
from fakes.store import MemoryStore
from fixtures.servers import mongodb, running

LOG_BYTES = 100
STORES = ["memory", "sqlite", pytest.param("mongodb", marks=pytest.mark.needs("mongodb"))]
MakeStore = Callable[[], Store]


@pytest.fixture(scope="session")
def mongodb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for MongoStore, without a database's name."""
    if given := os.environ.get("ASLO_TEST_MONGODB"):
        yield given.rstrip("/")
        return
    with running(mongodb(tmp_path_factory.mktemp("mongodb"))) as server:
        yield f"mongodb://127.0.0.1:{server.port}"


@pytest.fixture
def mongodb_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of the test's own."""
    server = request.getfixturevalue("mongodb_url")
    name = f"aslo-{uuid4().hex}"
    yield f"{server}/{name}"
    with MongoClient(server) as client:
        for each in client.list_database_names():
            if each.startswith(name):
                client.drop_database(each)


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Makes empty stores of one kind, whose build logs hold LOG_BYTES."""
    made: list[Store] = []

    def make() -> Store:
        if request.param == "memory":
            made.append(MemoryStore(LOG_BYTES))
        elif request.param == "sqlite":
            made.append(SqliteStore(tmp_path / f"record-{len(made)}" / "aslo.db", LOG_BYTES))
        else:
            url = f"{request.getfixturevalue('mongodb_database')}-{len(made)}"
            made.append(MongoStore(url, LOG_BYTES))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """A store whose build logs hold LOG_BYTES."""
    return make_store()


@pytest.fixture(params=["memory", "local", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "memory":
        return MemoryFiles()
    if request.param == "local":
        return LocalFiles(tmp_path / "files")
    return S3Files(request.getfixturevalue("bucket"))


@pytest.fixture(params=["memory", "sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    made: Catalog = (
        MemoryCatalog()
        if request.param == "memory"
        else SqliteCatalog(tmp_path / "catalog" / "catalog.db")
    )
    yield made
    made.close()
