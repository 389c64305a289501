"""The thread that follows the record, and what monitors learn of it."""

from contextlib import contextmanager

import pytest

from aslo.domain.counts import DayCount, Downloads
from aslo.domain.errors import StoreError
from aslo.follower import Follower
from aslo.ports import Unmetered
from fakes.catalog import MemoryCatalog
from fakes.clock import START, FakeClock
from fakes.store import MemoryStore
from fakes.values import a_release, an_activity

MOON = "org.sugarlabs.Moon"


class NotedMeter(Unmetered):
    """Remembers when the catalog was said to be where the record is."""

    def __init__(self):
        self.times = []

    def followed(self, at):
        self.times.append(at)


@pytest.fixture
def store():
    made = MemoryStore()
    made.claim_bundle_id(an_activity(MOON))
    made.add_release(a_release(MOON))
    made.announce(MOON)
    return made


def follow_once(store, catalog):
    meter = NotedMeter()
    follower = Follower(store, catalog, 0.01, FakeClock(), meter)
    follower._once()
    return meter.times


def test_a_catalog_that_has_caught_up_is_told_of(store):
    assert follow_once(store, MemoryCatalog()) == [START]


def test_a_catalog_that_somebody_else_should_follow_and_does_not_is_no_fresh_one(store):
    class Held(MemoryCatalog):
        @contextmanager
        def lock(self):
            yield False

    assert follow_once(store, Held()) == []


def test_a_record_that_is_away_is_no_followed_one():
    class Away(MemoryStore):
        def last_revision(self):
            raise StoreError("away")

    with pytest.raises(StoreError):
        follow_once(Away(), MemoryCatalog())


def test_what_is_counted_is_followed_too(store):
    store.count([DayCount(MOON, "1", START.date(), 3)])
    catalog = MemoryCatalog()

    follow_once(store, catalog)

    assert catalog.downloads(MOON) == Downloads(3, 3)
