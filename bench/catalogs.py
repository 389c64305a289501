"""Catalogs of growing size: how long they take to make, and what that costs a reader."""

import html
import re
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import httpx

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.adapters.store_sqlite import SqliteStore
from aslo.services.follow import follow
from bench import beside_flask, load, searches, shelves, sites
from bench.load import Load
from bench.results import Part, middle
from bench.sites import Site

SIZES = (300, 3_000, 10_000, 100_000)
QUICK = (300, 3_000)
PAGES = {
    "index": "/en/",
    "a page far behind": "/en/?sort=name",
    "search": "/en/search?q=turtle",
    "search for one": "/en/search?q=turtle+moon",
    "search for a letter": "/en/search?q=m",
    "search with a slip": "/en/search?q=physcis",
    "suggestions": "/en/suggest?q=tur",
    "category": "/en/?category=math",
    "filters by name": "/en/?category=math&language=ja&sugar=0.110&sort=name",
    "detail": f"/en/{shelves.bundle_id(7)}/{shelves.RELEASES}",
}
FAR = {"a page far behind": 8}
"""Pages to which a reader goes so many pages on."""
HELD = 10_000
MOST_REBUILD_SECONDS = 30
FIRST_SEARCH_MS = {10_000: 15, 100_000: 50}
WIDTH = 8
ROUND_SECONDS = 1
FIRST_ANSWER_SECONDS = 60


def measure(folder: Path, *, quick: bool) -> Part:
    """Each size is made from the record; then all are asked in turns, without nginx in front."""
    part = Part(
        "Catalogs",
        f"Activities with {shelves.RELEASES} releases each, in 4 to 12 languages; made from the"
        f" record in SQLite by one process, then asked by {WIDTH} connections under Gunicorn alone:"
        " each page is one address, which is kept until the catalog moves." + beside_flask.ABOUT,
    )
    sizes = QUICK if quick else SIZES
    for size in sizes:
        _make(part, folder / str(size), size)
        if (most := FIRST_SEARCH_MS.get(size)) is not None:
            what = f"{size:,}: 99 of 100 searches, each for the first time, within"
            slowest = searches.slowest_ms(folder / str(size))
            part.at_most(what, slowest, most, "ms", f"{len(searches.queries())} by one reader")
    with ExitStack() as stack:
        running = {size: stack.enter_context(sites.store(folder / str(size))) for size in sizes}
        for name, path in PAGES.items():
            urls = {size: _on(site.url + path, FAR.get(name, 0)) for size, site in running.items()}
            seen = _rounds(running, urls, 1 if quick else 5)
            _tell(part, name, seen)
        flask = stack.enter_context(sites.bare(folder / "bare"))
        small, large = running[sizes[0]], running[HELD if HELD in sizes else sizes[-1]]
        beside_flask.compare(part, flask, small, large, rounds=2 if quick else 5)
    return part


def make_catalog(home: Path) -> float:
    """Make the catalog of a site from its record; how many seconds it took."""
    with (
        closing(SqliteStore(home / "aslo.db")) as store,
        closing(SqliteCatalog(home / "catalog.db")) as catalog,
    ):
        started = time.perf_counter()
        follow(store=store, catalog=catalog)
        return time.perf_counter() - started


def _make(part: Part, home: Path, size: int) -> None:
    home.mkdir(parents=True)
    shelves.fill(home / "aslo.db", size)
    took = make_catalog(home)
    if size == HELD:
        part.at_most(f"{size:,} made from the record", took, MOST_REBUILD_SECONDS, "s")
    else:
        part.add(f"{size:,} made from the record", took, "s")
    part.add(f"{size:,}: the catalog's file", _bytes(home / "catalog.db") / 1024**2, "MiB")
    part.add(f"{size:,}: the record's file", _bytes(home / "aslo.db") / 1024**2, "MiB")


def _on(url: str, pages: int) -> str:
    """The address so many pages on."""
    for _ in range(pages):
        page = httpx.get(url, timeout=FIRST_ANSWER_SECONDS).raise_for_status().text
        link = re.search(r'rel="next" href="([^"]+)"', page)
        if link is None:
            raise LookupError(f"{url} leads no further")
        url = str(httpx.URL(url).join(html.unescape(link[1])))
    return url


def _rounds(
    running: Mapping[int, Site], urls: Mapping[int, str], rounds: int
) -> dict[int, list[Load]]:
    seen: dict[int, list[Load]] = {size: [] for size in running}
    for size, site in running.items():
        for _ in range(2 * site.config.web_workers):
            answer = httpx.get(urls[size], timeout=FIRST_ANSWER_SECONDS)
            answer.raise_for_status()
    for _ in range(rounds):
        for size in running:
            seen[size].append(load.ask(urls[size], ROUND_SECONDS, WIDTH))
    return seen


def _tell(part: Part, name: str, seen: Mapping[int, list[Load]]) -> None:
    for size, loads in seen.items():
        rate = middle([each.rate for each in loads])
        slowest = middle([each.p99_ms for each in loads])
        part.add(f"{size:,}: {name}", rate, "answers/s", f"99 of 100 in {slowest:.0f} ms")
        part.series.setdefault(name, []).append((size, rate))
    if {SIZES[0], HELD} <= set(seen):
        pairs = zip(seen[HELD], seen[SIZES[0]], strict=True)
        ratio = middle([large.rate / small.rate for large, small in pairs])
        part.add(f"{name}: {HELD:,} against {SIZES[0]}", ratio, "of its speed")


def _bytes(path: Path) -> int:
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))
