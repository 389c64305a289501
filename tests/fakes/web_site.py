"""The web application over ports in memory, and what a test puts on its shelves."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient

from aslo.adapters.words_gettext import GettextWords
from aslo.domain.activity import Activity, Entry, Release, Repository, StoredFile
from aslo.domain.delivery import Delivery
from aslo.domain.trace import Trace
from aslo.ports import UNMETERED, Accounts, Catalog, Files, Meter, Store
from aslo.services import settle
from aslo.services.missed_releases import Missing
from aslo.services.outlook import Outlook
from aslo.services.tracing import Tracer
from aslo.web.app import create_app
from aslo.web.wiring import WebPorts, WebSettings
from fakes.catalog import MemoryCatalog
from fakes.clock import FakeClock
from fakes.deliveries import SECRET
from fakes.files import MemoryFiles
from fakes.store import MemoryStore
from fakes.values import a_release, an_activity
from fakes.world import FakeBell, FakeForge

MOON = "org.sugarlabs.Moon"
PUBLIC_URL = "https://aslo.example"


class WebSite:
    """A site whose every port is within reach of the test."""

    def __init__(
        self,
        store: Store | None = None,
        files: Files | None = None,
        catalog: Catalog | None = None,
        meter: Meter = UNMETERED,
        *,
        trace: Callable[[str, str], Trace] | None = None,
        accounts: Accounts | None = None,
        **settings: Any,
    ) -> None:
        self.store = store or MemoryStore()
        self.files = files or MemoryFiles()
        self.catalog = catalog or MemoryCatalog()
        self.bell = FakeBell()
        self.clock = FakeClock()
        self.downloads: list[Any] = []
        self.replayed: list[tuple[str, Missing]] = []
        self.forge = FakeForge()
        outlook = Outlook(self.forge, self.clock)
        self.tracer = Tracer(self.store, self.catalog, outlook, self.clock)
        ports = WebPorts(
            self.store,
            self.files,
            self.catalog,
            self.bell,
            self.clock,
            self._settle,
            meter,
            self.downloads.append,
            accounts,
            GettextWords(),
            trace=trace or self.tracer.trace,
            replay=self._replay,
        )
        chosen = {"public_url": PUBLIC_URL, "webhook_secrets": (SECRET,), **settings}
        self.app = create_app(ports, WebSettings(**chosen))

    def _replay(self, repository: Repository, which: Missing) -> int:
        self.replayed.append((repository.full_name, which))
        return len(self.replayed)

    def _settle(self, delivery: Delivery) -> None:
        settle.at_once([delivery], store=self.store, bell=self.bell, clock=self.clock)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def keep(self, data: bytes, media_type: str) -> StoredFile:
        """Put a file at rest."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(data)
            return self.files.add(path, media_type)

    def shelve(self, *releases: Release, **activity: Any) -> Activity:
        """List the releases of one activity, each with a bundle that can be downloaded."""
        bundle_id = releases[0].bundle_id
        kept = tuple(self._with_bundle(release) for release in releases)
        changed = an_activity(bundle_id, versions=tuple(r.version for r in kept), **activity)
        self.catalog.apply(self.catalog.revision() + 1, bundle_id, Entry(changed, kept))
        self.catalog.note_caught_up()
        return changed

    def shelve_many(self, count: int, make: Callable[[str], Release] = a_release) -> Sequence[str]:
        """List many activities, and return their ids."""
        ids = [f"org.sugarlabs.Many{number:03}" for number in range(count)]
        for bundle_id in ids:
            self.shelve(make(bundle_id))
        return ids

    def _with_bundle(self, release: Release) -> Release:
        data = bundle_bytes(release)
        return replace(release, bundle=self.keep(data, "application/vnd.olpc-sugar"))


def bundle_bytes(release: Release) -> bytes:
    """The bytes that stand for a release's bundle in tests."""
    seed = hashlib.sha256(f"{release.bundle_id} {release.version}".encode()).digest()
    return seed * 40
