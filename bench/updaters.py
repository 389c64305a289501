"""Sugar's updater: one activity after the other, beside the least that Flask could answer."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx
from flask import Flask

from aslo.adapters.catalog_sqlite import SqliteCatalog
from bench import load, processes, shelves, sites
from bench.catalogs import make_catalog
from bench.load import Load
from bench.results import Part, middle
from bench.sites import Site
from fakes.web_site import WebSite

SIZE = 10_000
PATH = f"/services/update-aslo.php?id={shelves.bundle_id(7)}&appVersion=0.120"
INSTALLED = Path(__file__).with_name("installed.lua")
SUGAR = {"User_Agent": "Sugar/0.120", "Accept_Encoding": "gzip, deflate"}
WIDTH = 8
LEAST = 0.5
MOST_P99_MS = 5
MOST_LIST_SECONDS = 2
LISTS = {
    "all in one document": "/update.json",
    "the whole catalog as a group": "/en/microformat?sugar=0.120",
    "a group": "/en/microformat/music?sugar=0.120",
}


@dataclass(eq=False)
class Seen:
    """What was seen of one kind of question, round by round."""

    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def measure(folder: Path, *, quick: bool) -> Part:
    """The same activity again and again, another one each time, and a bare Flask, in turns."""
    part = Part(
        "Updaters",
        f"{SIZE:,} activities, asked as Sugar asks over {WIDTH} connections, under Gunicorn alone,"
        " beside a bare Flask under the same Gunicorn, in turns. Nothing is kept in memory: each"
        " answer is made of the catalog. Documents of all activities are made by the first who"
        " asks, and kept until the catalog moves.",
    )
    home = folder / "store"
    home.mkdir()
    shelves.fill(home / "aslo.db", SIZE)
    make_catalog(home)
    with sites.store(home) as site, sites.bare(folder / "bare") as flask:
        _compare(part, site, flask, rounds=2 if quick else 5, seconds=1 if quick else 3)
        _one_by_one(part, site, flask, rounds=2 if quick else 5, seconds=1 if quick else 3)
        _lists(part, site)
    _within(part, home)
    return part


def _compare(part: Part, site: Site, flask: Site, *, rounds: int, seconds: int) -> None:
    bare, same, other = Seen(), Seen(), Seen()
    for _ in range(rounds):
        _ask(bare, flask, "/", seconds)
        _ask(same, site, PATH, seconds)
        _ask(other, site, PATH, seconds, INSTALLED)
    part.add("a bare Flask", _rate(bare), "answers/s", _note(bare))
    for what, seen in {"one activity": same, "each time another": other}.items():
        part.add(what, _rate(seen), "answers/s", _note(seen))
        pairs = zip(seen.loads, bare.loads, strict=True)
        ratio = middle([ours.rate / theirs.rate for ours, theirs in pairs])
        part.at_least(f"{what}, round by round", ratio, LEAST, "of a bare Flask")


def _one_by_one(part: Part, site: Site, flask: Site, *, rounds: int, seconds: int) -> None:
    """As one machine asks: the next when the last was answered."""
    bare, ours = Seen(), Seen()
    for _ in range(rounds):
        _ask(bare, flask, "/", seconds, width=1)
        _ask(ours, site, PATH, seconds, INSTALLED, width=1)
    note = f"50 of 100 in {_half(ours):.2f} ms; a bare Flask {_half(bare):.2f} ms, 99 of 100 in "
    slowest = {who: middle([each.p99_ms for each in who.loads]) for who in (bare, ours)}
    note += f"{slowest[bare]:.1f} ms"
    what = "one after the other: 99 of 100 within"
    part.at_most(what, slowest[ours], MOST_P99_MS, "ms", note)


def _half(seen: Seen) -> float:
    return middle([each.p50_ms for each in seen.loads])


def _ask(
    seen: Seen,
    site: Site,
    path: str,
    seconds: int,
    script: Path | None = None,
    *,
    width: int = WIDTH,
) -> None:
    workers = processes.children(site.processes[0].pid)
    before = processes.cpu_seconds(workers)
    asked = load.ask(site.url + path, seconds, width, script=script, **SUGAR)
    seen.loads.append(asked)
    seen.cpu_ms.append((processes.cpu_seconds(workers) - before) * 1000 / asked.answers)


def _within(part: Part, home: Path) -> None:
    """What the answer itself takes, without a server around it."""
    with closing(SqliteCatalog(home / "catalog.db")) as catalog:
        app = WebSite(catalog=catalog).app
        took = sorted(_one(app, number) for number in range(SIZE))
    what = "without a server: 99 of 100, each of another activity, within"
    note = f"50 of 100 in {took[SIZE // 2]:.3f} ms"
    part.at_most(what, took[SIZE * 99 // 100], MOST_P99_MS, "ms", note)


def _one(app: Flask, number: int) -> float:
    path, _, query = PATH.partition("?")
    asked = query.replace(shelves.bundle_id(7), shelves.bundle_id(number))
    environ = {"PATH_INFO": path, "QUERY_STRING": asked, "REQUEST_METHOD": "GET"}
    began = perf_counter()
    list(app(environ | {"HTTP_ACCEPT_ENCODING": "gzip"}, lambda *_: None))
    return (perf_counter() - began) * 1000


def _lists(part: Part, site: Site) -> None:
    for what, path in LISTS.items():
        # Each process makes its own, so the first answer is the slowest.
        began = perf_counter()
        answer = httpx.get(site.url + path, timeout=60).raise_for_status()
        took = perf_counter() - began
        size = f"{len(answer.content) / 1000:,.0f} kB unpacked"
        part.at_most(f"{what}, for the first time, within", took, MOST_LIST_SECONDS, "s", size)


def _rate(seen: Seen) -> float:
    return middle([each.rate for each in seen.loads])


def _note(seen: Seen) -> str:
    slowest = middle([each.p99_ms for each in seen.loads])
    return f"99 of 100 in {slowest:.1f} ms; {middle(seen.cpu_ms):.2f} ms of CPU each"
