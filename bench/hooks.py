"""The webhook: bursts, an endless stream, a kill, and a broker that is away."""

import socket
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import sites
from bench.results import Part, middle
from bench.signed import deliveries
from bench.sites import Site
from fixtures.burst import Burst, Outcome
from fixtures.live import free_port

COUNT = 1_000
WIDTH = 100
BARE_RATE = 3_000
"""The speed of a bare answer on the machine for which the targets were set."""
LEAST_RATE = 1_000
MOST_P99_MS = 110


def measure(folder: Path, *, quick: bool) -> Part:
    """Bursts at this store and at a bare Flask, round by round."""
    part = Part(
        "Webhook",
        f"{COUNT} signed deliveries over {WIDTH} connections, each connection sending its next one"
        " when the last is answered; a worker runs beside, and its forge never answers. The bare"
        " Flask reads the body and answers, under the same Gunicorn settings.",
    )
    with _deaf() as forge:
        given = {"forge": forge, "builder": "plain"}
        _side_by_side(part, folder, 3 if quick else 9, given)
        _stream(part, folder, 3_000 if quick else 20_000, given)
        _kill(part, folder, given)
        for name, broker in _brokers():
            _without_broker(part, folder, name, {**given, "broker": broker})
    return part


def _side_by_side(part: Part, folder: Path, rounds: int, given: dict[str, str]) -> None:
    ours: list[Outcome] = []
    bare: list[Outcome] = []
    with (
        sites.bare(folder / "bare") as flask,
        sites.store(folder / "store", worker=True, **given) as site,
    ):
        for turn in range(rounds + 1):
            requests = list(deliveries(COUNT, turn + 1).values())
            bare.append(Burst(flask.address, requests, WIDTH).run())
            ours.append(Burst(site.address, requests, WIDTH).run())
    # The first round warms up.
    _compare(part, ours[1:], bare[1:])


def _compare(part: Part, ours: list[Outcome], bare: list[Outcome]) -> None:
    ratio = middle([mine.rate / its.rate for mine, its in zip(ours, bare, strict=True)])
    rate, its_rate = (middle([each.rate for each in side]) for side in (ours, bare))
    p99 = middle([each.percentile(0.99) for each in ours]) * 1000
    slower = BARE_RATE / its_rate
    part.add("a bare Flask", its_rate, "answers/s")
    part.add("this store", rate, "acknowledgements/s")
    part.at_least(
        "the two, round by round",
        ratio,
        LEAST_RATE / BARE_RATE,
        "of a bare Flask",
        f"{LEAST_RATE}/s where a bare answer does {BARE_RATE}/s",
    )
    part.at_most("99 of 100 answered within", p99, MOST_P99_MS, "ms")
    part.add(
        "the same at the pace of that machine",
        p99 / slower,
        "ms",
        "multiplied by how much slower its bare Flask is",
    )
    part.add("slowest of all", max(max(each.seconds) for each in ours) * 1000, "ms")
    part.at_most("errors", sum(each.errors for each in ours), 0, "")


def _stream(part: Part, folder: Path, count: int, given: dict[str, str]) -> None:
    with sites.store(folder / "stream", worker=True, **given) as site:
        requests = deliveries(count, 1)
        outcome = Burst(site.address, list(requests.values()), WIDTH).run()
        part.add(f"{count} without a pause", outcome.rate, "acknowledgements/s")
        part.at_most("errors among them", outcome.errors, 0, "")
        part.add("99 of 100 of them within", outcome.percentile(0.99) * 1000, "ms")


def _kill(part: Part, folder: Path, given: dict[str, str]) -> None:
    """Everything dies as soon as the last answer is there."""
    with sites.store(folder / "killed", worker=True, **given) as site:
        requests = deliveries(COUNT, 1)
        outcome = Burst(site.address, list(requests.values()), WIDTH).run()
        site.kill()
    told = [guid for guid, code in zip(requests, outcome.statuses, strict=True) if code]
    part.at_least("acknowledged before a kill -9 of all", len(told), COUNT, "deliveries")
    part.at_least("of these in the record after it", _found(site, told), len(told), "deliveries")


def _found(site: Site, guids: Iterable[str]) -> int:
    connection = sqlite3.connect(site.config.store.partition(":")[2])
    known = {guid for (guid,) in connection.execute("SELECT guid FROM deliveries")}
    connection.close()
    return len(known.intersection(guids))


def _without_broker(part: Part, folder: Path, name: str, given: dict[str, str]) -> None:
    home = folder / f"broker-{name.replace(' ', '-')}"
    with sites.store(home, **given) as site:
        requests = deliveries(COUNT, 1)
        outcome = Burst(site.address, list(requests.values()), WIDTH).run()
    part.at_most(f"errors with {name}", outcome.errors, 0, "")
    part.add(f"99 of 100 within, with {name}", outcome.percentile(0.99) * 1000, "ms")


def _brokers() -> Iterator[tuple[str, str]]:
    yield "a broker that is down", f"redis://127.0.0.1:{free_port()}/0"
    with _deaf() as address:
        yield "a broker that hangs", f"redis://{address.removeprefix('http://')}/0"


@contextmanager
def _deaf() -> Iterator[str]:
    """Something that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=1_000) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}"
