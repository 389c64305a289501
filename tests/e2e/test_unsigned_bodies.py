"""A real server's memory while a hundred who signed nothing send all they may."""

import http.client
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fixtures.live import Live, live
from fixtures.memory import forget_peak, peak, resident

AT_ONCE = 100
LARGEST = 25 * 10**6
MEBIBYTE = 2**20
MOST = 300 * MEBIBYTE
BODIES = {
    "25 MB": b'{"a": "' + b"x" * (LARGEST - 9) + b'"}',
    "25 MB of brackets": b"[" * LARGEST,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("site")) as running:
        yield running


def processes(site: Live) -> list[int]:
    """Everything that runs for the site."""
    mine = f"ASLO_HOME={site.config.home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mine in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


def post(site: Live, body: bytes) -> int:
    address = urlsplit(site.url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, 120)) as asking:
        asking.request("POST", "/api/hook", body, {"X-Hub-Signature-256": "sha256=" + "0" * 64})
        return asking.getresponse().status


@pytest.mark.case("D03", "T02")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hundred_bodies_that_nobody_signed_cost_a_server_little_memory(site, body):
    assert post(site, b"{}") == 401  # what is made once is there
    pids = processes(site)
    before = {pid: resident(pid) for pid in pids}
    for pid in pids:
        forget_peak(pid)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(post, [site] * AT_ONCE, [body] * AT_ONCE))

    grown = sum(peak(pid) - before[pid] for pid in pids)
    assert answers == [401] * AT_ONCE
    assert grown < MOST, f"{grown / MEBIBYTE:.0f} MiB"
