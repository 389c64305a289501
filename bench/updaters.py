"""Sugar's updater: one activity after the other, beside the least that Flask could answer."""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import httpx

from bench import load, processes, shelves, sites
from bench.catalogs import make_catalog
from bench.load import Load
from bench.results import Part, middle
from bench.sites import Site

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


@dataclass
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
        _lists(part, site)
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
        slowest = middle([each.p99_ms for each in seen.loads])
        part.at_most(f"{what}: 99 of 100 within", slowest, MOST_P99_MS, "ms")


def _ask(seen: Seen, site: Site, path: str, seconds: int, script: Path | None = None) -> None:
    workers = processes.children(site.processes[0].pid)
    before = processes.cpu_seconds(workers)
    asked = load.ask(site.url + path, seconds, WIDTH, script=script, **SUGAR)
    seen.loads.append(asked)
    seen.cpu_ms.append((processes.cpu_seconds(workers) - before) * 1000 / asked.answers)


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
