"""The same work, rung for by Celery over a real Redis."""

import signal
import subprocess

import pytest

from fakes.world import INFO, a_tree
from fixtures.live import eventually, free_port, live

pytestmark = pytest.mark.needs("redis")


class Redis:
    """A Redis server of our own."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = None

    def start(self):
        self.folder.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers, 20)

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self):
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), "ping"], capture_output=True, check=False
        )
        return done.stdout.strip() == b"PONG"


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


def tree(number):
    return a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))


def test_a_build_is_rung_for_through_the_broker(redis, tmp_path):
    with live(tmp_path / "live", broker=redis.url, builder="plain") as store:
        build = store.build_of(store.release("sugarlabs-demo/moon", tree(1), "v1"))

        assert build["state"] == "published"
        commit = build["commit"]
        assert len(store.comments("sugarlabs-demo/moon", commit)) == 2


def test_a_dead_broker_loses_nothing_and_holds_nobody_up(redis, tmp_path):
    with live(tmp_path / "live", broker=redis.url, builder="plain") as store:
        store.build_of(store.release("sugarlabs-demo/moon", tree(1), "v1"))
        redis.stop()

        release = store.release("sugarlabs-demo/moon-2", tree(2), "v1")
        store.forge.wait()

        answers = [
            (each["status_code"], each["seconds"])
            for each in store.forge.deliveries()
            if "moon-2" in each["body"]
        ]
        assert all(code // 100 == 2 and seconds < 10 for code, seconds in answers), answers
        redis.start()
        assert store.build_of(release)["state"] == "published"
