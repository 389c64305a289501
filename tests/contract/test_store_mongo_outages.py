"""What MongoStore does when its server dies or hangs, and when its process forks."""

import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest

from aslo.adapters.store_mongo import MongoStore
from aslo.domain.errors import StoreError
from fakes.values import a_build, a_delivery
from fixtures.live import eventually
from fixtures.servers import mongodb, running

pytestmark = pytest.mark.needs("secantus")

# GitHub wants its answer in ten seconds.
PATIENCE_SECONDS = 7


@pytest.fixture
def server(tmp_path):
    with running(mongodb(tmp_path)) as started:
        yield started


@pytest.fixture
def store(server):
    made = MongoStore(f"mongodb://127.0.0.1:{server.port}/aslo")
    yield made
    made.close()


@contextmanager
def soon():
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < PATIENCE_SECONDS


def works(store):
    with suppress(StoreError):
        return store.announce("org.after")


@pytest.mark.case("T41")
def test_a_killed_server_loses_nothing_of_what_it_acknowledged(server, store):
    told, stop = [], threading.Event()

    def write():
        with suppress(StoreError):
            while not stop.is_set():
                told.append(store.announce("org.a"))

    store.last_revision()
    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    eventually(lambda: len(told) > 50)
    server.kill()
    stop.set()
    server.start()
    for writer in writers:
        writer.join()
    kept = [change.revision for change in store.changes(0, 10**6)]
    assert set(told) <= set(kept)
    assert len(kept) <= len(told) + 4
    assert all(later == earlier + 1 for earlier, later in pairwise(kept))


def test_a_dead_server_is_told_in_time_and_used_again_when_it_is_back(server, store):
    store.add_delivery(a_delivery())
    server.kill()
    for call in (lambda: store.add_delivery(a_delivery("new")), store.era):
        with soon(), pytest.raises(StoreError, match=r"no server answers|connection was lost"):
            call()
    server.start()
    assert eventually(lambda: works(store)) == 1
    assert store.delivery(a_delivery().guid) == a_delivery()


def test_a_frozen_server_is_told_in_time_and_used_again_when_it_goes_on(server, store):
    store.add_build(a_build())
    server.freeze()
    for _ in range(2):
        with soon(), pytest.raises(StoreError, match="answer"):
            store.add_build(a_build("b2"))
    server.thaw()
    assert eventually(lambda: works(store)) == 1
    assert store.build("b1") == a_build()


def test_a_server_that_is_frozen_when_it_is_first_asked_is_told_in_time(server, store):
    server.freeze()
    with soon(), pytest.raises(StoreError, match="answer"):
        store.era()
    server.thaw()
    assert eventually(lambda: works(store)) == 1


def test_a_server_that_was_never_there_is_told_in_time(server, store):
    server.stop(signal.SIGKILL)
    with soon(), pytest.raises(StoreError, match="no server answers"):
        store.era()


def test_a_store_that_was_used_before_a_fork_works_in_parent_and_child(store):
    store.announce("org.before")
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            store.announce("org.child")
            store.close()
            os._exit(0)
        os._exit(1)
    store.announce("org.parent")
    assert os.waitpid(child, 0)[1] == 0
    names = {change.bundle_id for change in store.changes(0, 9)}
    assert names == {"org.before", "org.child", "org.parent"}


def test_a_closed_store_opens_again_when_it_is_used(store):
    store.announce("org.a")
    store.close()
    store.close()
    assert store.announce("org.b") == 2
