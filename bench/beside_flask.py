"""Pages beside a bare Flask: as they are kept, and made afresh."""

from dataclasses import dataclass, field

import httpx

from bench import load, processes, shelves
from bench.load import Load
from bench.results import Part, middle
from bench.sites import Site

ABOUT = (
    " Beside a bare Flask under the same Gunicorn with the same workers, in turns: a page kept is"
    " one address asked again and again; made afresh, each request asks for an address of its own,"
    " so that the page is put together for it, of parts that are kept in memory for all pages"
    " (cards, filters, the bar, the foot) and of what is its own."
)
PAGES = {
    "the index": "/en/",
    "a detail page": f"/en/{shelves.bundle_id(7)}/{shelves.RELEASES}",
    "a search": "/en/search?q=turtle",
}
LEAST_KEPT = {"the index": 0.5, "a detail page": 0.5, "a search": 0.2}
LEAST_AFRESH = {"the index": 0.25, "a detail page": 0.25, "a search": 0.2}
SLOWEST_SEARCH_MS = 15
LEAST_OF_SMALL = 0.8
MOST_CPU_OF_SMALL = 1.25
MOST_WORKER_MIB = 68
WIDTH = 8
ROUND_SECONDS = 2


@dataclass
class Seen:
    """What was seen of one page of one site, round by round."""

    loads: list[Load] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """What each answer cost the workers."""


def compare(part: Part, flask: Site, small: Site, large: Site, *, rounds: int) -> None:
    """Hold the pages of a large site against a bare Flask, and against a small site."""
    for name, path in PAGES.items():
        bare, kept, afresh, fewer = Seen(), Seen(), Seen(), Seen()
        for site in (small, large):
            for _ in range(2 * site.config.web_workers):
                httpx.get(site.url + path, timeout=60).raise_for_status()
        for _ in range(rounds):
            _ask(bare, flask, "/", afresh=False)
            _ask(kept, large, path, afresh=False)
            _ask(afresh, large, path, afresh=True)
            _ask(fewer, small, path, afresh=True)
        _tell(part, name, bare, kept, afresh)
        _against_small(part, name, afresh, fewer)
    workers = processes.children(large.processes[0].pid)
    most = max(processes.resident_mib(pid) for pid in workers)
    part.at_most("memory of a web worker", most, MOST_WORKER_MIB, "MiB", "the larger one")


def _ask(seen: Seen, site: Site, path: str, *, afresh: bool) -> None:
    workers = processes.children(site.processes[0].pid)
    before = processes.cpu_seconds(workers)
    asked = load.ask(site.url + path, ROUND_SECONDS, WIDTH, afresh=afresh)
    spent = processes.cpu_seconds(workers) - before
    seen.loads.append(asked)
    seen.cpu_ms.append(spent * 1000 / asked.answers)


def _tell(part: Part, name: str, bare: Seen, kept: Seen, afresh: Seen) -> None:
    told = {
        f"{name}, kept": (kept, LEAST_KEPT[name]),
        f"{name}, made afresh": (afresh, LEAST_AFRESH[name]),
    }
    part.add(f"a bare Flask beside {name}", _rate(bare), "answers/s", _note(bare))
    for what, (seen, least) in told.items():
        part.add(what, _rate(seen), "answers/s", _note(seen))
        pairs = zip(seen.loads, bare.loads, strict=True)
        ratio = middle([ours.rate / theirs.rate for ours, theirs in pairs])
        part.at_least(f"{what}, round by round", ratio, least, "of a bare Flask")
    if name == "a search":
        slowest = middle([each.p99_ms for each in afresh.loads])
        part.at_most(f"99 of 100 of {name}, made afresh, within", slowest, SLOWEST_SEARCH_MS, "ms")


def _against_small(part: Part, name: str, large: Seen, small: Seen) -> None:
    speeds = zip(large.loads, small.loads, strict=True)
    ratio = middle([ours.rate / theirs.rate for ours, theirs in speeds])
    what = f"{name}, made afresh, against the small catalog"
    part.at_least(what, ratio, LEAST_OF_SMALL, "of its speed")
    costs = zip(large.cpu_ms, small.cpu_ms, strict=True)
    cost = middle([ours / theirs for ours, theirs in costs])
    part.at_most(f"{what}: CPU a request", cost, MOST_CPU_OF_SMALL, "times")


def _rate(seen: Seen) -> float:
    return middle([each.rate for each in seen.loads])


def _note(seen: Seen) -> str:
    slowest = middle([each.p99_ms for each in seen.loads])
    return f"99 of 100 in {slowest:.1f} ms; {middle(seen.cpu_ms):.2f} ms of CPU each"
