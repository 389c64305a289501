"""Imports with everything they need: of bundles, of git trees, of an organisation."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import TYPE_CHECKING

from aslo.bootstrap.building import builder, local_tree
from aslo.bootstrap.loading import load
from aslo.bootstrap.programs import workbench, worker_at
from aslo.bootstrap.state import bell, files, forge, sightings, store_to_look_at, utc_now
from aslo.config import Config
from aslo.domain.activity import RepositoryState
from aslo.domain.local_tree import LocalTree
from aslo.ports import Store
from aslo.services.backfill import Backfill
from aslo.services.backfill import repositories as list_repositories
from aslo.services.backlog import Backlog
from aslo.services.pacing import PacedForge
from aslo.services.patience import Patience
from aslo.worker import Worker

if TYPE_CHECKING:
    from aslo.services.importing import Importer
    from aslo.services.tree_import import TreeImporter

CHECKING_PROCESSES = 1
"""Beside the one that writes: two of them take 70 MB, and are done when the disk is."""
FEW_BUNDLES = 30
Tell = Callable[[str], None]


def importer(
    config: Config, store: Store, folder: Path, *, bundles: int, dry_run: bool
) -> "Importer":
    """Takes so many bundles into the store; `folder` is scratch space."""
    in_turn = load("aslo.services.importing:in_turn")
    beside = partial(
        load("aslo.adapters.side_processes:call_elsewhere"),
        load("aslo.services.finding:look_through"),
        processes=CHECKING_PROCESSES,
    )
    make = load("aslo.services.importing:Importer")
    made: Importer = make(
        store=store,
        files=files(config),
        pictures=load("aslo.adapters.pictures_pillow:PillowPictures")(),
        folder=folder,
        dry_run=dry_run,
        # A few are checked before another process has started.
        check=in_turn if bundles < FEW_BUNDLES else beside,
    )
    return made


def tree_importer(config: Config, importer: "Importer", folder: Path) -> "TreeImporter":
    """Builds tags of git trees by the site's builder, and gives them to an importer."""

    def fetch(tree: Path, commit: str, into: Path) -> Path:
        return local_tree(config, tree, commit, into, lambda _line: None)

    make = load("aslo.services.tree_import:TreeImporter")
    made: TreeImporter = make(fetch, builder(config), importer, folder)
    return made


def read_tree(tree: Path) -> LocalTree:
    """A git repository on this machine with its tags."""
    found: LocalTree = load("aslo.adapters.local_git:read_tree")(tree)
    return found


def repositories(config: Config, organisation: str, tell: Tell) -> list[RepositoryState]:
    """The public repositories of an organisation; no record is made for that."""
    patience = Patience(utc_now, sleep, tell)
    with (
        TemporaryDirectory() as scratch,
        closing(store_to_look_at(config, Path(scratch))) as record,
    ):
        # A pause that the site was told of is kept from the first question on.
        asked = PacedForge(forge(config), record, utc_now)
        return list_repositories(organisation, forge=asked, patience=patience)


def backfill(
    config: Config, owner: str, tell: Tell, *, tells: bool, forks: bool
) -> tuple[Backfill, Worker]:
    """Takes in the releases of an organisation, and the worker that builds them."""
    # Before anything is queued that could not be built.
    builder(config)
    bench = workbench(config)
    hand = worker_at(bench, config, owner)
    patience = Patience(utc_now, sleep, tell)
    backlog = Backlog(
        bench.store, bell(config), utc_now, bench.rules, patience, hand.build_one, tells
    )
    seen = sightings(config, bench.store)
    made = Backfill(bench.store, bench.forge, seen, patience, tell, backlog, forks)
    return made, hand


def backfill_foreseen(config: Config, scratch: Path, tell: Tell, *, forks: bool) -> Backfill:
    """Says what `backfill` would do, and builds nothing."""
    record = store_to_look_at(config, scratch)
    asked = PacedForge(forge(config), record, utc_now)
    patience = Patience(utc_now, sleep, tell)
    rules = load("aslo.services.workbench:Rules")(config.public_url.rstrip("/"))
    backlog = Backlog(record, bell(config), utc_now, rules, patience, lambda: False)
    seen = sightings(config, record)
    return Backfill(record, asked, seen, patience, tell, backlog, forks, dry_run=True)
