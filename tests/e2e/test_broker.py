"""The same work, rung for by Celery over a real Redis and a real RabbitMQ."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial

import pytest

from aslo import bootstrap
from aslo.adapters.bell_celery import WORK, CeleryBell, celery_app, why_silent
from fakes.world import INFO, a_tree
from fixtures.live import eventually, free_port, live
from fixtures.programs import building, program
from fixtures.servers import rabbitmq, redis, running

QUICK = {"builder": "plain", "lease_seconds": "4", "heartbeat_seconds": "1"}


@pytest.fixture
def own_redis(tmp_path):
    with running(redis(tmp_path / "broker")) as server:
        yield server, f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(scope="module")
def one_rabbitmq(tmp_path_factory):
    """It takes long to start, so all tests of this file share it."""
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture
def own_rabbitmq(one_rabbitmq):
    """The one server, as if it had just been started."""
    if one_rabbitmq.process is None:
        one_rabbitmq.start()
    url = f"amqp://guest:guest@127.0.0.1:{one_rabbitmq.port}//"
    forget_queue(url)
    yield one_rabbitmq, url
    one_rabbitmq.thaw()


@pytest.fixture(
    params=[
        pytest.param("own_redis", marks=pytest.mark.needs("redis")),
        pytest.param("own_rabbitmq", marks=pytest.mark.needs("rabbitmq")),
    ],
    ids=["redis", "rabbitmq"],
)
def broker(request):
    """A broker of our own that holds nothing, and its URL."""
    return request.getfixturevalue(request.param)


def forget_queue(url):
    """Remove the queue with all that an earlier test left in it."""
    app = celery_app(url)
    with app.connection_for_write() as connection:
        app.amqp.queues["aslo"].bind(connection.default_channel).delete()


def tree(number):
    return a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))


def release(store, number):
    return store.release(f"sugarlabs-demo/moon-{number}", tree(number), "v1")


def test_a_build_is_rung_for_through_the_broker(broker, tmp_path):
    # Nobody looks by himself: the sweep rings after 30 s, and the stand-in waits for a lease.
    with live(tmp_path / "live", broker=broker[1], builder="plain") as store:
        began = time.monotonic()
        build = store.build_of(release(store, 1))

        assert build["state"] == "published"
        assert time.monotonic() - began < 25
        assert len(store.comments("sugarlabs-demo/moon-1", build["commit"])) == 2


@pytest.mark.case("D07", "T04")
def test_a_dead_broker_loses_nothing_and_holds_nobody_up(broker, tmp_path):
    server, url = broker
    with live(tmp_path / "live", broker=url, **QUICK) as store:
        store.build_of(release(store, 1))
        server.stop(signal.SIGKILL)

        # Built all the same, by whoever notices that nobody rings.
        build = store.build_of(release(store, 2))

        assert build["state"] == "published"
        answers = [(each["status_code"], each["seconds"]) for each in store.forge.deliveries()]
        assert all(code // 100 == 2 and seconds < 2 for code, seconds in answers), answers
        server.start()
        assert store.build_of(release(store, 3))["state"] == "published"


def test_a_worker_starts_and_builds_without_its_broker(tmp_path):
    url = f"redis://127.0.0.1:{free_port()}/0"
    with live(tmp_path / "live", broker=url, **QUICK) as store:
        build = store.build_of(release(store, 1))

        assert build["state"] == "published"
        assert len(store.comments("sugarlabs-demo/moon-1", build["commit"])) == 2


@pytest.mark.case("T04")
@pytest.mark.parametrize("when", ["while it works", "before it starts"])
def test_a_full_broker_loses_nothing_and_holds_nobody_up(broker, tmp_path, when):
    server, url = broker
    if when == "before it starts":
        limit_memory(server, url, full=True)
    with live(tmp_path / "live", broker=url, **QUICK) as store:
        try:
            if when == "while it works":
                store.build_of(release(store, 0))
                limit_memory(server, url, full=True)
            assert_works_on(store)
        finally:
            limit_memory(server, url, full=False)
        assert store.build_of(release(store, 3))["state"] == "published"


def limit_memory(server, url, *, full):
    """Let a broker take no message any more for want of memory, or take them again."""
    if url.startswith("redis:"):
        words = ["redis-cli", "-p", str(server.port), "config", "set", "maxmemory", f"{full:d}"]
    else:
        control = "/usr/lib/rabbitmq/bin/rabbitmqctl"
        words = [control, "set_vm_memory_high_watermark", "0.0000001" if full else "0.9"]
    environ = {**os.environ, **server.environ}
    subprocess.run(words, env=environ, check=True, capture_output=True)


def assert_works_on(store):
    """Deliveries are answered at once and built, whatever the broker does."""
    builds = [store.build_of(release(store, number)) for number in (1, 2)]
    answers = [(each["status_code"], each["seconds"]) for each in store.forge.deliveries()]

    assert [build["state"] for build in builds] == ["published", "published"]
    assert all(code // 100 == 2 and seconds < 2 for code, seconds in answers), answers


@pytest.mark.case("D07", "T04")
def test_nobody_waits_for_a_frozen_broker(broker, tmp_path):
    server, url = broker
    bell = CeleryBell(url)
    bell.ring("b1")
    assert bell.wait(20)
    server.freeze()
    began = time.monotonic()
    for number in range(2_000):
        bell.ring(f"b{number}")
    assert time.monotonic() - began < 1
    assert why_silent(url) is not None
    server.thaw()
    assert eventually(lambda: why_silent(url) is None, 30)


def test_a_message_is_one_build_id_and_nothing_else(tmp_path):
    with running(redis(tmp_path / "redis")) as server:
        bell = CeleryBell(f"redis://127.0.0.1:{server.port}/0")
        bell.ring("b1")
        assert bell.wait(10)
        ask = ["redis-cli", "-p", str(server.port), "lrange", "aslo", "0", "-1"]
        [line] = subprocess.run(ask, capture_output=True, check=True).stdout.splitlines()
    message = json.loads(line)
    assert message["content-type"] == "application/json"
    args, named, _ = json.loads(base64.b64decode(message["body"]))
    assert (args, named) == (["b1"], {})


def ask(server, *words):
    command = ["redis-cli", "-p", str(server.port), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def forget(server):
    ask(server, "flushall")


def die(server):
    """Without a trace of what it held, for it writes nothing down."""
    server.kill()
    server.start()


def evict(server):
    """As a cache does that is full: first what was used least, and at last all."""
    ask(server, "config", "set", "maxmemory-policy", "allkeys-lru", "maxmemory", "1")
    ask(server, "set", "one", "more")
    ask(server, "config", "set", "maxmemory", "0")
    [evicted] = [line for line in ask(server, "info", "stats").split() if "evicted_keys" in line]
    assert int(evicted.partition(":")[2]) > 0


@pytest.mark.case("T11")
@pytest.mark.needs("redis")
def test_a_broker_that_forgot_everything_loses_no_build(tmp_path):
    with (
        running(redis(tmp_path / "redis")) as server,
        live(tmp_path / "live", broker=f"redis://127.0.0.1:{server.port}/0", **QUICK) as store,
    ):
        releases = [release(store, number) for number in range(50)]
        store.forge.wait()
        record = bootstrap.store(store.config)
        eventually(lambda: not record.figures().unsettled)
        for trouble in (forget, die, evict):
            waited = record.figures().queued
            assert waited > 0
            trouble(server)
            # Some are built before the next trouble, so that there is something to forget.
            eventually(lambda before=waited: record.figures().queued <= before - 4)

        builds = [store.build_of(each) for each in releases]

        assert {build["state"] for build in builds} == {"published"}
        # Two hundred things to tell take minutes: none may be told twice meanwhile.
        for number, build in enumerate(builds):
            said = store.forge.comments(f"sugarlabs-demo/moon-{number}", build["commit"])
            assert len({each["body"] for each in said}) == len(said) <= 2
        published = Counter(change.bundle_id for change in record.changes(0, 999))
        record.close()
        assert (len(published), set(published.values())) == (50, {1}), published


def poison(url):
    """Put what is no work of ours into the queue; none of it may be asked for again and again."""
    app = celery_app(url)
    queue = app.amqp.queues["aslo"]
    with app.connection_for_write() as connection:
        put = partial(connection.Producer().publish, routing_key="aslo", declare=[queue])
        put("no task at all", content_type="text/plain", content_encoding="utf-8")
        put(b"{", content_type="application/json", content_encoding="utf-8")
        put(
            b"cos\nsystem\n.",
            content_type="application/x-python-serialize",
            content_encoding="binary",
        )
        put({"id": 1, "task": ["a list"]}, headers={"task": 7, "id": None})
    app.send_task("aslo.unknown", args=["b1"])
    for arguments in ([], ["b1", "b2"], [None], [{"$ne": ""}], [7], ["no-such-build"]):
        app.send_task(WORK, args=arguments)


def waiting(url):
    """How many messages the queue holds that no worker has taken."""
    app = celery_app(url)
    with app.connection_for_write() as connection:
        queue = app.amqp.queues["aslo"].bind(connection.default_channel)
        return queue.queue_declare().message_count


def test_what_is_no_work_of_ours_stops_no_worker(broker, tmp_path):
    _, url = broker
    with live(tmp_path / "live", broker=url, **QUICK) as store:
        # It has seen the broker, and works.
        store.build_of(release(store, 0))
        worker = program(store, "worker")
        poison(url)
        began = time.monotonic()

        build = store.build_of(release(store, 1))

        # Rung for: whoever had to look himself would have waited for longer.
        assert time.monotonic() - began < 25
        assert build["state"] == "published"
        assert eventually(lambda: waiting(url) == 0, 30)
        assert program(store, "worker") == worker


@pytest.mark.needs("redis")
@pytest.mark.parametrize("raw", ["garbage", "{}"])
def test_what_celery_itself_cannot_read_is_met_once(tmp_path, raw):
    # It ends Celery's worker or its connection; a new one goes on behind it.
    with (
        running(redis(tmp_path / "redis")) as server,
        live(tmp_path / "live", broker=f"redis://127.0.0.1:{server.port}/0", **QUICK) as store,
    ):
        eventually(lambda: program(store, "worker"))
        push = ["redis-cli", "-p", str(server.port), "lpush", "aslo", raw]
        subprocess.run(push, check=True, capture_output=True)

        assert store.build_of(release(store, 1))["state"] == "published"
        assert store.build_of(release(store, 2))["state"] == "published"
        # Whoever was alone meanwhile is back.
        assert eventually(lambda: waiting(store.config.broker) == 0)


SLOW = """
import time
time.sleep(600)
"""


@pytest.mark.needs("redis", "bubblewrap")
@pytest.mark.parametrize("away", [False, True], ids=["rung for", "standing in for the broker"])
def test_a_stopped_worker_gives_its_build_back_at_once(tmp_path, away):
    slow = {**tree(1), "setup.py": SLOW.encode(), ".aslo.toml": b"[build]\nrun-setup = true\n"}
    with running(redis(tmp_path / "redis")) as server:
        url = f"redis://127.0.0.1:{free_port() if away else server.port}/0"
        # Whoever stands in waits for a lease; a shorter one may be lost on a busy machine.
        lease = {"lease_seconds": "15", "heartbeat_seconds": "1"}
        with live(tmp_path / "live", broker=url, builder="bubblewrap", **lease) as store:
            started = store.release("sugarlabs-demo/moon-1", slow, "v1")
            build_id = building(store, started)
            began = time.monotonic()
            store.stop()
            took = time.monotonic() - began

            record = bootstrap.store(store.config)
            build = record.build(build_id)
            record.close()

    assert took < 15
    assert (build.state, build.attempt) == ("queued", 0), build


@pytest.mark.needs("redis")
def test_beat_asks_for_what_is_due_and_two_of_it_do_no_harm(tmp_path):
    with running(redis(tmp_path / "redis")) as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        beats = [beat(tmp_path / name, url) for name in ("one", "two")]
        try:
            ask = ["redis-cli", "-p", str(server.port), "llen", "aslo"]

            def asked():
                done = subprocess.run(ask, capture_output=True, check=True)
                return int(done.stdout) >= 2

            assert eventually(asked, 60)
        finally:
            for process in beats:
                process.terminate()
            codes = [process.wait(20) for process in beats]
    assert codes == [0, 0]


def beat(home, url):
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    environ = kept | {"ASLO_HOME": str(home), "ASLO_BROKER": url}
    return subprocess.Popen([sys.executable, "-m", "aslo", "beat"], env=environ)
