"""Every adapter of a port, by turns, so that each passes the one suite of its port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.files_local import LocalFiles
from aslo.adapters.store_sqlite import SqliteStore
from aslo.ports import Catalog, Files, Store
from fakes.catalog import MemoryCatalog
from fakes.files import MemoryFiles
from fakes.store import MemoryStore

LOG_BYTES = 100


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store whose build logs hold LOG_BYTES."""
    if request.param == "memory":
        made: Store = MemoryStore(LOG_BYTES)
    else:
        made = SqliteStore(tmp_path / "record" / "aslo.db", LOG_BYTES)
    yield made
    made.close()


@pytest.fixture(params=["memory", "local"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return MemoryFiles() if request.param == "memory" else LocalFiles(tmp_path / "files")


@pytest.fixture(params=["memory", "sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    made: Catalog = (
        MemoryCatalog()
        if request.param == "memory"
        else SqliteCatalog(tmp_path / "catalog" / "catalog.db")
    )
    yield made
    made.close()
