"""Where processes count together: nothing falls while somebody still counts."""

import os
import subprocess
import sys

import pytest

from aslo.adapters.metrics_folder import share


@pytest.fixture(autouse=True)
def _no_traces():
    before = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    yield
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    if before is not None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = before


def a_dead_pid():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_the_dead_counted_is_dropped(tmp_path):
    left = tmp_path / f"counter_{a_dead_pid()}.db"
    left.touch()

    share(tmp_path)

    assert not left.exists()
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(tmp_path)


def test_what_the_dead_counted_stays_beside_the_living(tmp_path):
    left, mine = tmp_path / f"counter_{a_dead_pid()}.db", tmp_path / f"gauge_max_{os.getpid()}.db"
    left.touch()
    mine.touch()

    share(tmp_path)

    assert left.exists()
    assert mine.exists()


COUNT = """
import sys
from pathlib import Path
from aslo.adapters.metrics_folder import meter
from aslo.ports import Standing
from datetime import UTC, datetime
made = meter(Path(sys.argv[1]), lambda: Standing(datetime.now(UTC), None))
made.delivered("build")
made.followed(datetime.now(UTC))
print("counted", flush=True)
sys.stdin.read()
sys.stdout.buffer.write(made.page())
"""


def test_one_process_tells_what_all_have_counted(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", COUNT, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for each in started:
        assert each.stdout.readline() == b"counted\n"

    pages = [each.communicate()[0].decode() for each in started]

    assert all('aslo_deliveries_total{verdict="build"} 3.0' in page for page in pages)
    assert all("aslo_record_up 0.0" in page for page in pages)
    assert all(page.count("\naslo_catalog_followed_timestamp_seconds") == 1 for page in pages)
