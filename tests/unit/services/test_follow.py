from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import MalformedDocumentError, StoreError
from aslo.ports import Query
from aslo.services.follow import follow
from fakes.catalog import MemoryCatalog
from fakes.store import MemoryStore
from fakes.values import a_release, an_activity

MOON = "org.sugarlabs.Moon"


@pytest.fixture
def catalog():
    return MemoryCatalog()


def publish(world, bundle_id=MOON, version="1"):
    world.store.claim_bundle_id(an_activity(bundle_id))
    world.store.add_release(a_release(bundle_id, version))
    return world.store.announce(bundle_id)


def listed(catalog):
    return [card.bundle_id for card in catalog.find(Query(sort="name"), ["en"]).cards]


def test_what_was_announced_is_listed(world, catalog):
    revision = publish(world)

    assert follow(store=world.store, catalog=catalog) == revision
    assert listed(catalog) == [MOON]


def test_a_release_that_was_not_announced_is_not_listed(world, catalog):
    world.store.claim_bundle_id(an_activity(MOON))
    world.store.add_release(a_release(MOON))

    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == []


def test_a_withdrawn_release_leaves_the_list(world, catalog):
    publish(world)
    follow(store=world.store, catalog=catalog)
    release = world.store.release(MOON, "1")
    world.store.save_release(replace(release, state=ReleaseState.WITHDRAWN))
    world.store.announce(MOON)

    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == []


def test_an_empty_catalog_is_rebuilt_from_the_record(world, catalog):
    for number in range(1200):
        publish(world, f"org.sugarlabs.A{number % 7}", "1")
    publish(world)

    revision = follow(store=world.store, catalog=catalog)

    assert revision == 1201
    assert len(listed(catalog)) == 8


def test_following_twice_reads_nothing_again(world, catalog, monkeypatch):
    publish(world)
    follow(store=world.store, catalog=catalog)
    read = []
    monkeypatch.setattr(world.store, "activity", read.append)

    follow(store=world.store, catalog=catalog)

    assert read == []


def test_a_stop_between_two_activities_loses_neither(world, catalog, monkeypatch):
    publish(world, "org.sugarlabs.A")
    publish(world, "org.sugarlabs.B")
    publish(world, "org.sugarlabs.A", "2")
    real_apply, applied = catalog.apply, []

    def apply(revision, bundle_id, entry):
        if applied:
            raise KeyboardInterrupt
        applied.append(bundle_id)
        real_apply(revision, bundle_id, entry)

    monkeypatch.setattr(catalog, "apply", apply)
    with pytest.raises(KeyboardInterrupt):
        follow(store=world.store, catalog=catalog)
    monkeypatch.undo()
    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == ["org.sugarlabs.A", "org.sugarlabs.B"]
    assert catalog.entry("org.sugarlabs.A").releases[-1].version == "2"


def test_a_record_restored_from_a_backup_is_followed_anew(world, catalog):
    for number in range(5):
        publish(world, f"org.sugarlabs.A{number}")
    follow(store=world.store, catalog=catalog)
    world.store = MemoryStore()
    publish(world, "org.sugarlabs.B")

    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == ["org.sugarlabs.B"]


def test_a_record_of_another_era_is_followed_anew_though_it_has_gone_further(world, catalog):
    publish(world, "org.sugarlabs.A")
    follow(store=world.store, catalog=catalog)
    world.store = MemoryStore()
    for number in range(5):
        publish(world, f"org.sugarlabs.B{number}")

    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == [f"org.sugarlabs.B{number}" for number in range(5)]


def test_an_older_file_of_the_same_era_is_followed_anew(world, catalog):
    for number in range(5):
        publish(world, f"org.sugarlabs.A{number}")
    follow(store=world.store, catalog=catalog)
    era, world.store = world.store.era(), MemoryStore()
    world.store.known_era = era
    publish(world, "org.sugarlabs.B")

    follow(store=world.store, catalog=catalog)

    assert listed(catalog) == ["org.sugarlabs.B"]
    assert catalog.era() == world.store.era() != era  # for those who follow this store


@pytest.mark.case("T41")
def test_one_release_that_cannot_be_read_keeps_no_other_from_being_listed(
    world, catalog, monkeypatch
):
    publish(world, "org.sugarlabs.A")
    follow(store=world.store, catalog=catalog)
    publish(world, "org.sugarlabs.A", "2")
    publish(world, "org.sugarlabs.B")
    real_releases = world.store.releases

    def releases(bundle_id):
        if bundle_id == "org.sugarlabs.A":
            raise MalformedDocumentError("no JSON")
        return real_releases(bundle_id)

    monkeypatch.setattr(world.store, "releases", releases)

    assert follow(store=world.store, catalog=catalog) == 3
    assert listed(catalog) == ["org.sugarlabs.A", "org.sugarlabs.B"]


def test_a_record_that_is_away_is_asked_again(world, catalog, monkeypatch):
    publish(world, "org.sugarlabs.A")

    def away(bundle_id):
        raise StoreError("away")

    monkeypatch.setattr(world.store, "releases", away)
    with pytest.raises(StoreError):
        follow(store=world.store, catalog=catalog)

    assert catalog.revision() == 0


def test_the_catalog_has_caught_up_when_the_last_change_is_in_it_and_not_before(world):
    seen = []

    class Watched(MemoryCatalog):
        def apply(self, revision, bundle_id, entry):
            super().apply(revision, bundle_id, entry)
            seen.append(self.caught_up())

    catalog = Watched()
    for number in range(600):
        publish(world, f"org.sugarlabs.Many{number:03}")

    follow(store=world.store, catalog=catalog)

    assert seen == [False] * 600
    assert catalog.caught_up()


def test_of_an_empty_record_everything_is_known(world, catalog):
    follow(store=world.store, catalog=catalog)

    assert catalog.caught_up()
