"""How soon a build goes on whose worker was killed: with short leases in CI, in a soak with the
settings that a site has by default."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from aslo import bootstrap
from aslo.domain.build import Build, BuildState
from fakes.world import a_tree
from fixtures.leftovers import groups_of
from fixtures.live import eventually, live
from fixtures.mutations import TIMES
from fixtures.programs import building, children, program
from fixtures.servers import redis, running

LONGEST_SECONDS = 120
"""What is promised with the default settings."""
SOAKED = TIMES > 1
PACE = {} if SOAKED else {"lease_seconds": "4", "heartbeat_seconds": "1"}
SLOW = """
import time
time.sleep(6)
from sugar3.activity import bundlebuilder
bundlebuilder.start()
"""
FILES = {"setup.py": SLOW.encode(), ".aslo.toml": b"[build]\nrun-setup = true\n"}

pytestmark = pytest.mark.needs("redis", "bubblewrap", "sugar")


def kill_child(worker):
    """Kill the process of Celery's that builds; the worker makes another."""
    [child] = [each for each in children(worker) if children(each)]
    os.kill(child, signal.SIGKILL)
    return child


def kill_all(worker):
    """Kill a worker with all that is its own, as its machine or its container would end."""
    os.killpg(worker, signal.SIGKILL)
    return worker


@contextmanager
def a_site(folder, *, broker):
    with running(redis(folder / "redis")) as server:
        url = {"broker": f"redis://127.0.0.1:{server.port}/0"} if broker else {}
        with live(folder / "live", builder="bubblewrap", **url, **PACE) as site:
            yield site


KILLS = {
    "a child of Celery's": (kill_child, True),
    "a worker that polls": (kill_all, False),
}
if SOAKED:
    KILLS["a worker of Celery's"] = (kill_all, True)


@dataclass(frozen=True)
class Recovery:
    """How a killed build went on."""

    running_again: float
    """Seconds after its worker was killed."""
    before: Build
    after: Build
    state: str
    same_worker: bool
    groups: list[Path]
    """Control groups that the dead one left."""


@pytest.fixture(scope="module")
def recoveries(tmp_path_factory):
    """All at once, each on a site of its own: most of it is waiting."""
    folder = tmp_path_factory.mktemp("recovery")
    with ThreadPoolExecutor(len(KILLS)) as pool:
        yield {
            which: pool.submit(recovery, folder / str(number), *KILLS[which])
            for number, which in enumerate(KILLS)
        }


def recovery(folder, kill, broker):
    with a_site(folder, broker=broker) as site:
        started = site.release("sugarlabs-demo/moon-1", {**a_tree(), **FILES}, "v1")
        build_id = building(site, started)
        worker = program(site, "worker")
        with closing(bootstrap.store(site.config)) as record:
            before = record.build(build_id)
            dead = kill(worker)
            began = time.monotonic()

            def again():
                build = record.build(build_id)
                return build.attempt == 2 and build.state is BuildState.RUNNING

            eventually(again, LONGEST_SECONDS)
            seconds = time.monotonic() - began
            state = site.build_of(started)["state"]
            same = program(site, "worker") == worker
            return Recovery(seconds, before, record.build(build_id), state, same, groups_of(dead))


@pytest.mark.case("D10", "T09", "T10")
@pytest.mark.parametrize("which", KILLS)
def test_a_build_whose_process_was_killed_goes_on_within_two_minutes(recoveries, which):
    found = recoveries[which].result()

    # Told by `pytest -s`, for the page on security.
    sys.stderr.write(f"running again after {found.running_again:.1f} s\n")
    assert found.running_again < LONGEST_SECONDS
    assert (found.before.attempt, found.after.attempt) == (1, 2)
    assert found.state == "published"
    # The child alone died: the worker is the one that it was.
    assert found.same_worker == (KILLS[which][0] is kill_child)
    assert found.groups == [], "control groups"
