"""How soon a build goes on whose worker was killed: with short leases in CI, in a soak with the
settings that a site has by default."""

import os
import signal
import sys
import time
from contextlib import closing, contextmanager

import pytest

from aslo import bootstrap
from aslo.domain.build import BuildState
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


KILLS = [
    pytest.param(kill_child, True, id="a child of Celery's"),
    pytest.param(kill_all, False, id="a worker that polls"),
]
if SOAKED:
    KILLS.append(pytest.param(kill_all, True, id="a worker of Celery's"))


@pytest.mark.case("D10", "T09", "T10")
@pytest.mark.parametrize(("kill", "broker"), KILLS)
def test_a_build_whose_process_was_killed_goes_on_within_two_minutes(tmp_path, kill, broker):
    with a_site(tmp_path, broker=broker) as site:
        started = site.release("sugarlabs-demo/moon-1", {**a_tree(), **FILES}, "v1")
        build_id = building(site, started)
        worker = program(site, "worker")
        with closing(bootstrap.store(site.config)) as record:
            dead = kill(worker)
            began = time.monotonic()

            def again():
                build = record.build(build_id)
                return build.attempt == 2 and build.state is BuildState.RUNNING

            eventually(again, LONGEST_SECONDS)
            # Told by `pytest -s`, for the page on security.
            sys.stderr.write(f"running again after {time.monotonic() - began:.1f} s\n")

            build = site.build_of(started)

            assert (build["id"], build["state"]) == (build_id, "published")
            assert record.build(build_id).attempt == 2
            # The child alone died: the worker is the one that it was.
            assert (program(site, "worker") == worker) == (kill is kill_child)
            assert groups_of(dead) == [], "control groups"
