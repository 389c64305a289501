"""Catalogs of growing size: how long they take to make, and what that costs a reader."""

import time
from contextlib import closing
from pathlib import Path

import httpx

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.store_sqlite import SqliteStore
from aslo.services.follow import follow
from bench import load, shelves, sites
from bench.results import Part

SIZES = (300, 3_000, 10_000, 100_000)
QUICK = (300, 3_000)
PAGES = {
    "index": "/en/",
    "a page far behind": "/en/?page=9",
    "search": "/en/?q=turtle",
    "search for one": "/en/?q=turtle+moon",
    "category": "/en/?category=math",
    "detail": f"/en/{shelves.bundle_id(7)}/{shelves.RELEASES}",
}
HELD = 10_000
MOST_REBUILD_SECONDS = 30
WIDTH = 8


def measure(folder: Path, *, quick: bool) -> Part:
    """Each size: made from the record, then asked, without nginx in front."""
    part = Part(
        "Catalogs",
        f"Activities with {shelves.RELEASES} releases each, in 4 to 12 languages; made from the"
        f" record in SQLite by one process, then asked by {WIDTH} connections under Gunicorn alone:"
        " nothing is kept, every page is made anew.",
    )
    for size in QUICK if quick else SIZES:
        _measure_size(part, folder / str(size), size, 1 if quick else 3)
    _growth(part)
    return part


def _measure_size(part: Part, home: Path, size: int, seconds: int) -> None:
    home.mkdir(parents=True)
    shelves.fill(home / "aslo.db", size)
    took = _rebuild(home)
    if size == HELD:
        part.at_most(f"{size} made from the record", took, MOST_REBUILD_SECONDS, "s")
    else:
        part.add(f"{size} made from the record", took, "s")
    part.add(f"{size}: the catalog's file", _bytes(home / "catalog.db") / 1024**2, "MiB")
    part.add(f"{size}: the record's file", _bytes(home / "aslo.db") / 1024**2, "MiB")
    with sites.store(home) as site:
        for name, path in PAGES.items():
            for _ in range(2 * site.config.web_workers):
                httpx.get(site.url + path, timeout=60).raise_for_status()
            seen = load.ask(site.url + path, seconds, WIDTH)
            part.add(
                f"{size}: {name}", seen.rate, "answers/s", f"99 of 100 in {seen.p99_ms:.0f} ms"
            )
            part.series.setdefault(name, []).append((size, seen.rate))


def _rebuild(home: Path) -> float:
    with (
        closing(SqliteStore(home / "aslo.db")) as store,
        closing(SqliteCatalog(home / "catalog.db")) as catalog,
    ):
        started = time.perf_counter()
        follow(store=store, catalog=catalog)
        return time.perf_counter() - started


def _bytes(path: Path) -> int:
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def _growth(part: Part) -> None:
    """What the small catalog does to the large one's speed."""
    for name, points in part.series.items():
        speeds = dict(points)
        if SIZES[0] in speeds and HELD in speeds:
            ratio = speeds[HELD] / speeds[SIZES[0]]
            part.add(f"{name}: speed at {HELD} against {SIZES[0]}", ratio, "of it")
