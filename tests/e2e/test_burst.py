"""Many deliveries at once, and then a kill: what was acknowledged is kept."""

import os
import signal
import sqlite3
import uuid
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fakes.deliveries import a_payload, signed
from fixtures.burst import Burst
from fixtures.live import SECRET, eventually, live

COUNT, WIDTH = 300, 50


def a_request(guid: str, number: int) -> bytes:
    payload = a_payload(id=number, tag_name=f"v{number}")
    body, headers = signed(payload, guid=guid, secret=SECRET.encode())
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /api/hook HTTP/1.1\r\nHost: site\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    return head.encode() + body


def kill_all(home: Path) -> int:
    """End every process of the site in that folder, with no time to tidy up; how many."""
    mine = f"ASLO_HOME={home}".encode()
    killed = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mine in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
                killed += 1
    return killed


def kept(home: Path) -> set[str]:
    connection = sqlite3.connect(home / "aslo.db")
    found = {guid for (guid,) in connection.execute("SELECT guid FROM deliveries")}
    connection.close()
    return found


@pytest.mark.case("T13", "T14")
def test_a_burst_is_answered_in_time_and_survives_the_death_of_the_site(tmp_path):
    requests = {
        guid: a_request(guid, number)
        for number, guid in enumerate((str(uuid.uuid4()) for _ in range(COUNT)), 1)
    }
    with live(tmp_path, rests=False) as site:
        address = urlsplit(site.url)
        outcome = Burst((address.hostname, address.port), list(requests.values()), WIDTH).run()
        home = site.config.home
        assert kill_all(home) >= 4
        found = kept(home)

        assert outcome.errors == 0
        assert outcome.percentile(0.99) < 1
        assert set(requests) <= found
        # Whatever was not queued yet is queued once the site is up again.
        eventually(lambda: not unsettled(home), 60)


def unsettled(home: Path) -> int:
    connection = sqlite3.connect(home / "aslo.db")
    (count,) = connection.execute("SELECT count(*) FROM deliveries WHERE state = 'accepted'")
    connection.close()
    return count[0]
