"""`aslo serve`, started as an operator would: what stops it, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.counts import Downloads
from aslo.services.report import download_path
from fixtures.bundles import bundle

SECRET = "a secret for these tests"


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def running(tmp_path, port):
    """A whole site that answers; its first process, whose lines are in `log`."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    environ = kept | {
        "HOME": str(tmp_path),
        "ASLO_WEBHOOK_SECRET": SECRET,
        "ASLO_LISTEN": f"127.0.0.1:{port}",
        "ASLO_LOG_FORMAT": "json",
        "ASLO_BUILDER": "plain",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aslo", "serve"],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        _until(lambda: _answers(port))
        # The worker is up once it has told so, and obeys a signal soon after.
        _until(lambda: "worker starts" in (tmp_path / "log").read_text())
        time.sleep(1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _until(met):
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.1)


def _answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _descendants(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *_descendants(child))]


def test_every_line_is_json_gunicorns_too_and_nothing_is_left_in_the_users_home(running, tmp_path):
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]

    assert {"gunicorn.error", "aslo.starting"} <= {line["logger"] for line in lines}
    assert not (tmp_path / ".gunicorn").exists()


def test_a_signal_that_comes_twice_ends_everything_soon(running):
    everybody = [running.pid, *_descendants(running.pid)]
    began = time.monotonic()

    for pid in everybody * 2:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue

    assert running.wait(15) == 0
    assert time.monotonic() - began < 10
    assert not any(Path(f"/proc/{pid}").exists() for pid in everybody)


def test_downloads_that_were_just_counted_are_in_the_record_when_it_has_ended(
    request, aslo, tmp_path, port
):
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "paint.xo").write_bytes(bundle())
    assert aslo("import", "bundles").returncode == 0
    running = request.getfixturevalue("running")
    with closing(SqliteStore(tmp_path / "var" / "aslo.db")) as store:
        [release] = store.releases("org.example.Paint")
        address = f"http://127.0.0.1:{port}{download_path(release)}"
        _until(lambda: _fetched(address))
        for _ in range(9):
            assert _fetched(address)

        running.terminate()

        assert running.wait(15) == 0
        assert store.downloads(date.max) == {"org.example.Paint": Downloads(10, 0)}


def _fetched(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return len(answer.read()) > 0
    except urllib.error.HTTPError:
        return False


def test_a_taken_port_is_told_before_anything_starts(aslo, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        done = aslo("serve", ASLO_WEBHOOK_SECRET=SECRET, ASLO_LISTEN=f"127.0.0.1:{port}")

    assert done.returncode == 2
    assert "ASLO_LISTEN" in done.stderr
    assert "Address already in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_socket_where_somebody_listens_is_told(aslo, tmp_path):
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(str(tmp_path / "s"))
        taken.listen()

        done = aslo("serve", ASLO_WEBHOOK_SECRET=SECRET, ASLO_LISTEN=f"unix:{tmp_path / 's'}")

    assert done.returncode == 2
    assert "somebody listens there" in done.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_home_that_cannot_be_used_is_told_before_anything_starts(aslo, tmp_path, command):
    (tmp_path / "file").write_text("")

    done = aslo(command, ASLO_WEBHOOK_SECRET=SECRET, ASLO_HOME=str(tmp_path / "file" / "home"))

    assert done.returncode == 2
    assert "ASLO_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_whose_monitors_port_is_taken_says_so(aslo, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        done = aslo("worker", ASLO_HOME=str(tmp_path), ASLO_METRICS_LISTEN=address)

    assert done.returncode == 2
    assert f"ASLO_METRICS_LISTEN='{address}' cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr
