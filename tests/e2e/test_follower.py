"""A follower that is killed again and again has, in the end, what the store has."""

import random
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from fixtures import follower
from fixtures.live import eventually
from fixtures.origin import Origin, opened, origin, public, publish_at_once
from fixtures.servers import Server, mongodb, running

PUBLISHES = 50
LATER = 10
KILLS = 8
LONGEST_LIFE = 0.6
SECONDS = 60
STORES = ["sqlite", pytest.param("mongodb", marks=pytest.mark.needs("mongodb"))]


@pytest.fixture(params=STORES)
def records(request, tmp_path):
    """Makes the address of a new record of one kind."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:{tmp_path / name}.db"
        return
    with running(mongodb(tmp_path / "mongodb")) as server:
        yield lambda name: f"mongodb://127.0.0.1:{server.port}/{name}"


@pytest.fixture
def seed():
    chosen = random.SystemRandom().randrange(10_000)
    print(f"seed {chosen}")  # noqa: T201  # to have the same again
    return chosen


class Following:
    """A follower as a process, and its copy."""

    def __init__(self, path: Path, site: Origin) -> None:
        path.mkdir()
        self.path = path
        command = [sys.executable, str(Path(follower.__file__)), str(path / "copy.db"), *site.urls]
        self.program = Server(command, None, path)

    def copy(self):
        return closing(follower.Copy(self.path / "copy.db"))

    def place(self) -> follower.Place:
        with self.copy() as copy:
            return copy.place()

    def has(self, store) -> bool:
        """Whether it has heard all that the record tells."""
        place = self.place()
        return (place.era, place.next) == (store.era(), store.last_revision())

    def public(self):
        """What it has, in the form of `origin.public`."""
        with self.copy() as copy:
            return {
                name: {
                    each.version: (each.state, each.bundle and each.bundle.sha256, each.notes)
                    for each in found.releases
                }
                for name, found in copy.activities().items()
            }


def killed_again_and_again(following: Following, chance: random.Random, lives: int) -> None:
    """Some of its lives end while it starts, the others at some moment after it took a page."""
    for number in range(lives):
        before = following.place().pages
        following.program.start()
        if number % 4:
            eventually(lambda known=before: following.place().pages > known, SECONDS)
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        following.program.kill()


def caught_up(following: Following, store) -> None:
    following.program.start()
    try:
        eventually(lambda: following.has(store), SECONDS)
    finally:
        following.program.kill()


def test_a_killed_follower_ends_with_what_the_store_has(records, tmp_path, seed):
    with origin(tmp_path, records("first"), nodes=2) as site:
        following = Following(tmp_path / "follower", site)
        site.start()
        with closing(opened(site)) as store:
            saved = _follows_what_is_published(store, following, seed)
        site.stop()
        _begins_anew_after_a_restore(records("restored"), site, following, saved, seed)


def _follows_what_is_published(store, following, seed):
    """The record as it was in the middle."""
    publishing = threading.Thread(target=publish_at_once, args=(store, PUBLISHES, seed))
    publishing.start()
    killed_again_and_again(following, random.Random(seed), KILLS)
    publishing.join(SECONDS)
    assert not publishing.is_alive()
    caught_up(following, store)
    assert following.public() == public(store)

    saved, known = list(store.dump()), public(store)
    publish_at_once(store, LATER, seed + 1)
    caught_up(following, store)
    assert following.public() == public(store) != known
    return saved


def _begins_anew_after_a_restore(store_url, site, following, saved, seed):
    """The record goes back to a moment before, and then another way."""
    lost = following.public()
    site.store_url = store_url
    with closing(opened(site)) as store:
        store.load(saved, "another era")
        publish_at_once(store, LATER, seed + 2)
        site.start()
        killed_again_and_again(following, random.Random(seed), 2)
        caught_up(following, store)
        assert following.public() == public(store) != lost
