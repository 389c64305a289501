"""What never arrived is found and made good, by the real command against the simulated forge."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.simulator import Simulator
from fakes.world import a_tree
from fixtures.live import SECRET, eventually, free_port, live

ORG = "sugarlabs-demo"
OTHERS = 6_910
RELEASES = 30
"""Each is told of three times: created, published, released."""
pytestmark = pytest.mark.case("T08")


@pytest.fixture
def site(tmp_path):
    """A forge, and the settings of a store beside it that is not running yet."""
    url = f"http://127.0.0.1:{free_port()}"
    forge = Simulator(tmp_path / "forge", SECRET)
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ASLO_")},
        "ASLO_HOME": str(tmp_path / "store"),
        "ASLO_FORGE": forge.start(),
        "ASLO_LISTEN": url.removeprefix("http://"),
        "ASLO_PUBLIC_URL": url,
        "ASLO_WEBHOOK_SECRET": SECRET,
        "ASLO_FORGE_ADMIN_TOKEN": "admin",
        "ASLO_FORGE_PLACE": ORG,
        "ASLO_WEB_WORKERS": "1",
    }
    yield forge, environ
    forge.stop()


def aslo(environ, *words, **how):
    command = [sys.executable, "-m", "aslo", *words]
    return subprocess.Popen(command, env=environ, text=True, stdout=subprocess.PIPE, **how)


def done(environ, *words):
    with aslo(environ, *words) as process:
        output, _ = process.communicate(timeout=300)
    assert process.returncode in (0, 1), output
    return output


@pytest.fixture
def web():
    """Starts the web of a store, which ends with the test."""
    started = []

    def start(environ):
        process = aslo(environ, "web")
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_an_outage_of_7000_deliveries_is_made_good(site, web, tmp_path):
    forge, environ = site
    assert "a hook to" in done(environ, "forge", "setup", ORG)
    forge.wait()
    release_all(forge)
    fill_log(tmp_path / "forge/simulator.db", forge.hooks.of(ORG)[0]["id"])
    web(environ)
    store = eventually(lambda: opened(tmp_path / "store/aslo.db"))
    asked = counted(forge)

    kill_after(20, environ)
    forge.wait(120)
    done(environ, "reconcile")
    forge.wait(120)
    questions = len(asked)
    last = done(environ, "reconcile")

    # One build of each release, and nothing left to do.
    builds = eventually(lambda: all_queued(store))
    assert len({build.release.tag for build in builds}) == len(builds) == RELEASES
    assert {build.round for build in builds} == {1}
    assert last == "0 found, 0 seen to, 0 left for you\n"
    # Every one that matters was asked for once, oldest first, across the kill.
    log = forge.deliveries()
    first_tried = {each["guid"]: each["id"] for each in log[::-1]}
    again = [first_tried[each["guid"]] for each in log if each["redelivery"]]
    assert again == sorted(set(again))
    assert len(again) == 2 * RELEASES
    # Twice the log, what was asked for again, and the repository.
    assert questions <= 2 * (OTHERS + 3 * RELEASES) / 100 + 2 * RELEASES + 10
    store.close()


def test_a_release_that_no_log_knows_is_found_by_looking(site, web, tmp_path):
    forge, environ = site
    del environ["ASLO_FORGE_PLACE"], environ["ASLO_FORGE_ADMIN_TOKEN"]
    forge.webhooks.url = environ["ASLO_PUBLIC_URL"] + "/api/hook"
    web(environ)
    store = eventually(lambda: opened(tmp_path / "store/aslo.db"))
    eventually(lambda: is_up(environ))
    release(forge, "v1")
    forge.wait()
    forge.webhooks.url = ""
    release(forge, "v2")

    found = done(environ, "reconcile")

    assert "nobody told of release v2 of sugarlabs-demo/moon, published: taken in" in found
    assert "1 found, 1 seen to, 0 left for you" in found
    assert {build.release.tag for build in store.recent_builds(9)} == {"v1", "v2"}
    assert "0 found" in done(environ, "reconcile")
    store.close()


@pytest.mark.case("T41")
def test_no_page_leads_to_a_bundle_that_is_lost(tmp_path):
    with live(tmp_path, builder="plain") as store:
        build = store.build_of(store.release(f"{ORG}/moon", a_tree(), "v1"))
        path = store.download(build, tmp_path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = Path(store.config.files.removeprefix("file:")) / sha256[:2] / sha256[2:]
        environ = {**os.environ, "ASLO_HOME": str(store.config.home), "ASLO_FORGE": store.forge.url}

        kept.write_bytes(b"damaged")
        told = done(environ, "reconcile")
        assert f"YOURS  bundle {sha256} of org.sugarlabs.Moon 1 is damaged" in told
        eventually(lambda: store.http.get("/org.sugarlabs.Moon/1").status_code == 404)
        assert "org.sugarlabs.Moon" not in store.http.get("/?sort=newest").text

        kept.write_bytes(path.read_bytes())
        assert "is whole again: listed again" in done(environ, "reconcile")
        eventually(lambda: store.http.get("/org.sugarlabs.Moon/1").status_code == 200)
        store.download(build, tmp_path)


def test_a_store_that_was_never_filled_is_not_made(site):
    _, environ = site
    with aslo(environ, "reconcile", stderr=subprocess.PIPE) as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "there is no record at" in told


def kill_after(lines, environ):
    """Let the command tell of so much and kill it."""
    with aslo(environ, "reconcile") as process:
        for _ in range(lines):
            assert process.stdout.readline().startswith("done ")
        process.kill()


def counted(forge):
    """Counts what the forge is asked from now on."""
    asked, strike = [], forge.faults.strike

    def count():
        asked.append(1)
        return strike()

    forge.faults.strike = count
    return asked


def all_queued(store):
    builds = store.recent_builds(1_000)
    return builds if len(builds) >= RELEASES else None


def opened(path):
    return SqliteStore(path) if path.exists() else None


def is_up(environ):
    try:
        return httpx.get(environ["ASLO_PUBLIC_URL"] + "/healthz").is_success
    except httpx.HTTPError:
        return False


def release_all(forge):
    """Publish while nobody listens."""
    for number in range(1, RELEASES + 1):
        release(forge, f"v{number}")
    forge.wait(120)


def release(forge, tag):
    name = f"{ORG}/moon"
    if not forge.state.find("repository", full_name=name):
        forge.add_repository(ORG, "moon")
        forge.commit(name, a_tree())
    forge.tag(name, tag)
    forge.release(name, tag)


def fill_log(database, hook_id):
    """What else the hook was sent meanwhile, and did not arrive either."""
    body = {
        "event": "push",
        "action": "",
        "repository_id": 1,
        "body": "{}",
        "redelivery": False,
        "hook_id": hook_id,
        "status_code": None,
        "response": "",
        "seconds": None,
        "error": "refused",
        "delivered_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    rows = [("delivery", json.dumps({**body, "guid": f"push-{n}"})) for n in range(OTHERS)]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany("INSERT INTO documents (kind, body) VALUES (?, ?)", rows)
