"""A broker behind a firewall that drops: every packet vanishes, and nobody is told so."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from aslo import bootstrap
from fakes.world import INFO, a_tree
from fixtures.live import live
from fixtures.machines import machines
from fixtures.programs import program
from fixtures.servers import redis

pytestmark = pytest.mark.needs("machines", "redis")

QUICK = {"builder": "plain", "lease_seconds": "4", "heartbeat_seconds": "1"}
HOOK_SECONDS = 10
# A machine that is not found is told of after three seconds; one behind a firewall never.
SILENCE_SECONDS = 4


@pytest.fixture
def far(tmp_path):
    """A Redis on a machine of its own, and its URL; the test is on the site's machine."""
    with machines(["site", "broker"]) as made:
        here, there = made["site"], made["broker"]
        with there.entered():
            server = redis(tmp_path / "redis", host=there.address)
            server.start()
        here.remembers(there)
        with here.entered():
            yield there, (there.address, server.port)
        server.stop()


def release(store, number):
    tree = a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))
    return store.release(f"sugarlabs-demo/moon-{number}", tree, "v1")


def is_silent(address):
    """Whether nothing at all comes back, not even that there is no way."""
    with pytest.raises(TimeoutError):
        socket.create_connection(address, SILENCE_SECONDS)
    return True


@contextmanager
def stopped(worker):
    """A worker that does nothing for a while, neither when rung for nor as a stand-in."""
    os.killpg(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(worker, signal.SIGCONT)


@pytest.mark.case("D07", "T04")
def test_a_broker_behind_a_black_hole_loses_nothing_and_holds_nobody_up(far, tmp_path):
    machine, address = far
    url = f"redis://{address[0]}:{address[1]}/0"
    with (
        live(tmp_path / "live", broker=url, **QUICK) as store,
        closing(bootstrap.store(store.config)) as record,
        ThreadPoolExecutor(1) as beside,
    ):
        store.build_of(release(store, 1))
        machine.unplug()
        silence = beside.submit(is_silent, address)

        # Built all the same, by whoever notices that nobody rings.
        assert store.build_of(release(store, 2))["state"] == "published"
        with stopped(program(store, "worker")):
            waits = release(store, 3)
            store.forge.wait()
            assert silence.result()
            assert record.figures().queued == 1
            machine.plug()

        assert store.build_of(waits)["state"] == "published"
        deliveries = store.forge.deliveries()
        assert all(each["status_code"] // 100 == 2 for each in deliveries), deliveries
        assert max(each["seconds"] for each in deliveries) < HOOK_SECONDS
        assert not any(each["redelivery"] for each in deliveries)
