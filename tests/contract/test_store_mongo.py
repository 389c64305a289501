"""What MongoStore does with its database: documents, races, faults, values that do not fit."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from bson.errors import InvalidDocument
from pymongo import MongoClient, ReadPreference, errors
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, WriteError
from pymongo.read_concern import ReadConcern

from aslo.adapters.mongo.connection import Connection
from aslo.adapters.mongo.faults import translated
from aslo.adapters.mongo.schema import KINDS
from aslo.adapters.store_mongo import MongoStore
from aslo.domain.build import BuildState
from aslo.domain.counts import DayCount, DayShare, Dimension, Downloads
from aslo.domain.errors import MalformedDocumentError, StaleClaimError, StoreError
from aslo.ports import Unreadable
from fakes.clock import START
from fakes.values import (
    a_build,
    a_check,
    a_delivery,
    a_release,
    a_report,
    a_repository,
    an_activity,
)

pytestmark = pytest.mark.needs("mongodb")

MINUTE = timedelta(minutes=1)
A_COUNT = DayCount("org.sugarlabs.Moon", "1", START.date(), 3)


@pytest.fixture
def store(mongodb_database):
    made = MongoStore(mongodb_database)
    yield made
    made.close()


@pytest.fixture
def by_hand(mongodb_database):
    """The same database, for another program's hands."""
    with MongoClient(mongodb_database) as client:
        yield client.get_default_database()


def fill(store):
    store.add_delivery(a_delivery())
    store.add_build(a_build())
    store.add_check(a_check())
    store.claim_bundle_id(an_activity())
    store.add_release(a_release())
    store.announce("org.sugarlabs.Moon")
    store.add_report(a_report())
    store.append_log("b1", 1, "one\n")
    store.count([A_COUNT, DayShare(Dimension.SUGAR, "0.120", START.date(), 2)])


# documents


def test_what_is_kept_has_the_names_of_the_domain_and_one_part_for_queries(store, by_hand):
    fill(store)
    kept = by_hand["activities"].find_one()
    assert kept["_id"] == kept["bundle_id"] == "org.sugarlabs.Moon"
    assert kept["versions"] == ["1"]
    assert kept["created_at"] == START.isoformat()
    assert kept["_keys"] == {"folded_id": "org.sugarlabs.moon"}


@pytest.mark.parametrize("name", KINDS)
def test_the_database_refuses_what_is_none_of_our_documents(store, by_hand, name):
    fill(store)
    whole = by_hand[name].find_one()
    whole.pop("_id")
    for key in set(whole) - {"_keys"}:
        with suppress(DuplicateKeyError), pytest.raises(WriteError, match="failed validation"):
            by_hand[name].insert_one({**whole, "_id": "by hand", key: b"bytes"})
    with pytest.raises(WriteError, match="failed validation"):
        by_hand[name].update_one({}, {"$set": {next(iter(whole)): b"bytes"}})
    with pytest.raises(WriteError, match="failed validation"):
        by_hand[name].insert_one({"_id": "by hand"})


def spoil(by_hand, name, key, **changes):
    """Change a stored document as an operator might who overrules the database."""
    by_hand.command("collMod", name, validationLevel="off")
    by_hand[name].update_one({"_id": key}, {"$set": changes})


def test_a_document_that_cannot_be_read_names_its_key(store, by_hand):
    store.add_release(a_release())
    spoil(by_hand, "releases", "org.sugarlabs.Moon 1", tag=3)
    with pytest.raises(MalformedDocumentError, match=r"release org\.sugarlabs\.Moon 1"):
        store.release("org.sugarlabs.Moon", "1")


@pytest.mark.case("T41")
def test_a_broken_document_does_not_stop_those_behind_it(store, by_hand, caplog):
    for number in range(2):
        at = START + number * MINUTE
        store.add_delivery(a_delivery(f"d{number}", received_at=at))
        store.add_build(a_build(f"q{number}", created_at=at))
        store.add_build(a_build(f"b{number}", created_at=at).end(BuildState.FAILED, "No.", at))
        store.add_report(a_report(build=f"b{number}", created_at=at))
    spoil(by_hand, "deliveries", "d0", reason=3)
    for key in ("q0", "b0"):
        spoil(by_hand, "builds", key, repository=3)
    spoil(by_hand, "reports", a_report(build="b0").id, text=3)
    assert [delivery.guid for delivery in store.unsettled_deliveries(1)] == ["d1"]
    assert [build.id for build in store.untold_builds(1)] == ["b1"]
    assert store.claim_build("w", START + MINUTE, MINUTE).id == "q1"
    assert store.claim_report("w", START, MINUTE).build_id == "b1"
    for told in ("delivery d0", "build b0", "build q0", "report "):
        assert f"stored {told}" in caplog.text


def test_a_broken_report_holds_up_those_behind_it_of_its_build(store, by_hand):
    first, second = a_report(), replace(a_report(), id="z", created_at=START + MINUTE)
    store.add_report(first)
    store.add_report(second)
    spoil(by_hand, "reports", first.id, text=3)
    assert store.claim_report("w", START + MINUTE, MINUTE) is None


def test_what_cannot_be_read_is_dumped_as_it_is(store, by_hand):
    store.add_build(a_build())
    spoil(by_hand, "builds", "b1", repository=3)
    (found,) = store.dump()
    assert isinstance(found, Unreadable)
    assert (found.kind, found.key) == ("builds", "b1")
    assert '"repository": 3' in found.text


def test_a_key_that_a_newer_version_added_is_passed_over_and_kept(store, by_hand):
    store.add_build(a_build())
    by_hand["builds"].update_one({}, {"$set": {"colour": "red"}})
    claimed = store.claim_build("w", START, MINUTE)
    store.save_build(replace(claimed, outcome="half done"))
    assert by_hand["builds"].find_one()["colour"] == "red"


# claims


def test_a_claim_keeps_what_the_last_owner_saved_in_between(store):
    store.add_build(a_build())
    late = store.claim_build("late", START, MINUTE)
    (looked,) = store._next(START + MINUTE, {})
    store.save_build(replace(late, outcome="saved at the last moment"))
    claimed = store._claim(looked, looked.claim("next", START + MINUTE, MINUTE), {})
    assert claimed.outcome == "saved at the last moment"
    with pytest.raises(StaleClaimError):
        store.save_build(late)


def test_a_claim_gets_nothing_that_was_renewed_after_it_looked(store):
    store.add_build(a_build())
    slow = store.claim_build("slow", START, MINUTE)
    (looked,) = store._next(START + MINUTE, {})
    store.renew_build("b1", slow.fence, START + 9 * MINUTE)
    assert store._claim(looked, looked.claim("next", START + MINUTE, MINUTE), {}) is None


def test_fifty_claimants_share_fifty_builds(store):
    for number in range(50):
        store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    with ThreadPoolExecutor(50) as pool:
        claims = list(pool.map(lambda n: store.claim_build(f"w{n}", START, MINUTE).id, range(50)))
    assert sorted(claims) == sorted(f"b{number}" for number in range(50))


def test_a_follower_never_misses_a_change_of_twenty_at_once(store):
    store.last_revision()
    seen, done = [], threading.Event()

    def follow():
        while not done.is_set() or store.changes(len(seen), 1):
            seen.extend(change.revision for change in store.changes(len(seen), 7))

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(20) as pool:
        given = list(pool.map(store.announce, ["org.a"] * 100))
    done.set()
    follower.join()
    assert seen == sorted(given) == list(range(1, 101))
    assert all(later == earlier + 1 for earlier, later in pairwise(seen))


# values


def test_what_no_document_holds_is_a_fault_of_ours(store):
    for text in ("\ud800", "x" * 17 * 2**20):
        with pytest.raises(ValueError, match="cannot be kept"):
            store.add_build(a_build(outcome=text))
    with pytest.raises(ValueError, match="cannot be kept"):
        store.add_build(a_build(repository=a_repository(2**63)))
    assert store.recent_builds(9) == []


def test_text_with_a_nul_and_large_documents_are_kept(store):
    build = a_build(outcome="a\0b" + "x" * 15 * 2**20)
    store.add_build(build)
    assert store.build("b1") == build


# faults


def every_error():
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.PyMongoError):
            yield kind


@pytest.mark.parametrize("kind", [*every_error()])
def test_every_error_of_the_driver_becomes_one_of_ours(kind):
    error = kind.__new__(kind, "raw words")  # Each is made with arguments of its own.
    with pytest.raises((StoreError, ValueError)) as raised, translated("aslo"):
        raise error
    assert raised.value.__cause__ is error
    assert not isinstance(raised.value, errors.PyMongoError)


def test_a_document_that_cannot_be_written_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="cannot be kept"), translated("aslo"):
        raise InvalidDocument("a key with a dot")


@pytest.mark.parametrize("url", ["mongodb://", "mongodb://h/?w=-1", "mongodb://h/a?b", "x"])
def test_an_address_that_is_none_is_told(url):
    with pytest.raises(StoreError, match="ASLO_STORE"):
        MongoStore(url).last_revision()


def test_a_database_without_a_name_is_called_aslo():
    with Connection("mongodb://localhost", lambda _: None).database(1) as database:
        assert database.name == "aslo"
        database.client.close()


# promises to whoever reads


def test_no_option_of_the_address_weakens_what_is_promised(mongodb_database):
    weak = "w=1&journal=false&readPreference=secondaryPreferred&retryWrites=false"
    store = MongoStore(f"{mongodb_database}?{weak}&readConcernLevel=available")
    with store._connection.collection("changes", settled=True) as changes:
        assert changes.write_concern.document == {"w": "majority", "j": True}
        assert changes.read_concern == ReadConcern("majority")
        assert changes.read_preference == ReadPreference.PRIMARY
        assert changes.database.client.options.retry_writes
    with store._connection.collection("builds") as builds:
        assert builds.write_concern.document == {"w": "majority", "j": True}
        assert builds.read_concern == ReadConcern("local")
    store.close()


def test_making_a_store_touches_nothing(mongodb_url):
    MongoStore(f"{mongodb_url}/untouched")
    with MongoClient(mongodb_url) as client:
        assert "untouched" not in client.list_database_names()


OPENER = """
import sys
from aslo.adapters.store_mongo import MongoStore
store = MongoStore(sys.argv[1])
sys.stdin.readline()
print(store.era(), store.announce("org.a"))
store.close()
"""


def test_programs_that_open_an_empty_database_at_once_share_it(mongodb_database):
    opened = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, mongodb_database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [program.communicate("go\n", 60)[0].split() for program in opened]
    assert len({era for era, _ in told}) == 1
    assert sorted(revision for _, revision in told) == ["1", "2", "3"]


# what is counted


def test_a_sum_is_kept_under_its_day_and_name(store, by_hand):
    store.count([A_COUNT])
    assert by_hand["counts"].find_one() == {
        "_id": "2026-03-01 org.sugarlabs.Moon 1",
        "bundle_id": "org.sugarlabs.Moon",
        "version": "1",
        "day": "2026-03-01",
        "count": 3,
    }


def bulk_error(code, index):
    errors_ = [{"code": code, "index": index, "errmsg": "E"}]
    return errors.BulkWriteError({"writeErrors": errors_, "nInserted": 0})


def test_a_sum_that_another_began_in_the_same_moment_is_added_to(store, monkeypatch):
    real, asked = Collection.bulk_write, []

    def bulk_write(self, additions, **how):
        asked.append(len(additions))
        if len(asked) == 1:
            real(self, additions[:1], **how)
            raise bulk_error(11000, 1)
        return real(self, additions, **how)

    monkeypatch.setattr(Collection, "bulk_write", bulk_write)
    store.count([A_COUNT, replace(A_COUNT, version="2")])
    assert asked == [2, 1]
    assert store.downloads(START.date()) == {"org.sugarlabs.Moon": Downloads(6, 6)}


def test_a_sum_that_is_refused_for_another_reason_is_an_outage(store, monkeypatch):
    def bulk_write(self, additions, **how):
        raise bulk_error(121, 0)

    monkeypatch.setattr(Collection, "bulk_write", bulk_write)
    with pytest.raises(StoreError):
        store.count([A_COUNT])


def test_sums_that_others_always_begin_first_are_given_up(store, monkeypatch):
    def bulk_write(self, additions, **how):
        raise bulk_error(11000, 0)

    monkeypatch.setattr(Collection, "bulk_write", bulk_write)
    with pytest.raises(StoreError, match="begun by others"):
        store.count([A_COUNT])
