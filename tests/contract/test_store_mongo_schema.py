"""How a MongoDB database comes to the schema of the code: made, migrated, refused."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from aslo.adapters.mongo import schema
from aslo.adapters.mongo.schema import INDEXES, KINDS, MIGRATIONS
from aslo.adapters.store_mongo import MongoStore
from aslo.domain.errors import StoreError
from fakes.clock import START
from fakes.values import a_delivery, a_repository

pytestmark = pytest.mark.needs("mongodb")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(mongodb_database):
    made = MongoStore(mongodb_database)
    yield made
    made.close()


@pytest.fixture
def database(mongodb_database):
    with MongoClient(mongodb_database) as client:
        yield client.get_default_database()


def first(database):
    database["steps"].update_one({"_id": "first"}, {"$inc": {"times": 1}}, upsert=True)


def second(database):
    assert database["steps"].find_one({"_id": "first"})
    database["steps"].update_one({"_id": "second"}, {"$inc": {"times": 1}}, upsert=True)


def times(database):
    return {step["_id"]: step["times"] for step in database["steps"].find()}


def test_opening_an_empty_database_makes_it(store, database):
    store.last_revision()
    assert schema.version(database) == len(MIGRATIONS)
    assert set(database.list_collection_names()) == {*KINDS, "meta"}
    for name, indexes in INDEXES.items():
        made = set(database[name].index_information())
        assert made == {"_id_", *(index.document["name"] for index in indexes)}


def test_deliveries_of_an_older_database_are_found_by_their_repository(store, database):
    told = a_repository(2, full_name="Owner/Name")
    store.add_delivery(a_delivery("of a release"))
    store.add_delivery(a_delivery("of a repository", content=None, repository=told))
    store.add_delivery(a_delivery("of nothing", content=None))
    keys = {"_keys.repository_id": "", "_keys.repository_name": ""}
    database["deliveries"].update_many({}, {"$unset": keys})
    database["deliveries"].drop_index("of_name")
    database["meta"].update_one({"_id": "record"}, {"$set": {"schema": 4}})

    store.migrate()

    assert [each.guid for each in store.deliveries_of(1, 9)] == ["of a release"]
    assert [each.guid for each in store.deliveries_of(2, 9)] == ["of a repository"]
    assert store.repository_named("owner/name") == told
    assert database["deliveries"].count_documents({"_keys.repository_id": {"$exists": True}}) == 2


def test_migrating_says_where_it_began_and_ended(store):
    assert store.migrate() == (0, len(MIGRATIONS))
    assert store.migrate() == (len(MIGRATIONS), len(MIGRATIONS))


def test_an_older_database_runs_only_what_it_lacks(database):
    assert schema.migrate(database, [first]) == (0, 1)
    assert schema.migrate(database, [first, second]) == (1, 2)
    assert schema.migrate(database, [first, second]) == (2, 2)
    assert times(database) == {"first": 1, "second": 1}


def test_what_is_done_again_later_is_done_once(database):
    assert schema.migrate(database, [first, first]) == (0, 2)
    assert times(database) == {"first": 1}


def test_an_older_database_is_not_opened_but_told_what_to_do(database):
    schema.migrate(database, [first])
    with pytest.raises(StoreError, match=r"schema 1, older than 2: run `aslo migrate`"):
        schema.require(database, [first, second])
    assert times(database) == {"first": 1}


def test_a_newer_database_is_refused_and_left_as_it_is(database):
    schema.migrate(database, [first, second])
    for use in (schema.require, schema.migrate):
        with pytest.raises(StoreError, match="schema 2, newer than 1: install the ASLO"):
            use(database, [first])
    assert schema.version(database) == 2


def test_a_database_that_is_not_ours_is_not_opened(store, database):
    database["theirs"].insert_one({"_id": 1})
    with pytest.raises(StoreError, match="schema 0"):
        store.last_revision()
    assert database.list_collection_names() == ["theirs"]


def failing(_):
    raise ZeroDivisionError


def test_a_migration_that_fails_is_run_again_and_none_before_it(database):
    schema.migrate(database, [first])
    with pytest.raises(ZeroDivisionError):
        schema.migrate(database, [first, second, failing])
    assert schema.version(database) == 2
    assert schema.migrate(database, [first, second, second]) == (2, 3)


def test_a_new_database_whose_making_fails_is_made_from_the_start(database):
    with pytest.raises(ZeroDivisionError):
        schema.migrate(database, [first, failing])
    assert schema.version(database) == 0
    assert schema.migrate(database, [first, second]) == (0, 2)


def test_an_era_outlives_migrations(database):
    schema.migrate(database, [first])
    era = database["meta"].find_one()["era"]
    schema.migrate(database, [first, second])
    assert database["meta"].find_one()["era"] == era


def test_programs_that_migrate_at_once_agree(database):
    together = threading.Barrier(4)

    def begin(_):
        together.wait()
        return schema.migrate(database, MIGRATIONS)[1]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(begin, range(4))) == {len(MIGRATIONS)}
    assert database["meta"].count_documents({}) == 1


def test_a_database_made_while_it_was_looked_at_is_no_older_one(database, monkeypatch):
    def made_by_another(database):
        schema.migrate(database)
        database["changes"].insert_one({"_id": 1, "revision": 1, "bundle_id": "org.a"})
        return False

    monkeypatch.setattr(schema, "_is_empty", made_by_another)
    schema.require(database)


def test_what_another_validator_guarded_is_guarded_by_ours(store, database):
    database.create_collection("builds", validator={"$jsonSchema": {"required": ["other"]}})
    store.last_revision()
    found = next(iter(database.list_collections(filter={"name": "builds"})))
    assert found["options"]["validator"] == schema.validator(KINDS["builds"])


def test_looking_leaves_an_empty_database_empty(store, database):
    store.look()
    assert database.list_collection_names() == []


def test_looking_tells_of_a_database_that_cannot_be_used(store, database):
    database["meta"].insert_one({"_id": "record", "schema": 99, "era": "x"})
    with pytest.raises(StoreError, match="newer"):
        store.look()


def test_the_queues_are_asked_through_their_indexes(store, database):
    asked = []

    class Listener(CommandListener):
        def started(self, event):
            asked.append(event.command)

        def succeeded(self, event):
            pass

        def failed(self, event):
            pass

    store.last_revision()
    with MongoClient(store._connection._url, event_listeners=[Listener()]) as client:
        store._connection.close()
        store._connection._client = client
        store._connection._made_by = os.getpid()
        store._connection._name = database.name
        store._connection._prepared = True
        store.claim_build("w", START, MINUTE)
        store.claimable_builds(START, 9)
        store.untold_builds(9)
        store.unsettled_deliveries(9)
        store.claim_report("w", START, MINUTE)
        store.claim_check("w", START, MINUTE, 1)
        store.claimable_checks(START, 1, 9)
        store.untold_checks(9)
        store.waiting_checks(1, "refs/heads/main")
        store.figures()
        store._connection._client = None
    queues = [each for each in asked if {"find", "aggregate"} & each.keys()]
    assert len(queues) == 24
    assert [each for each in queues if "hint" not in each and each["find"] != "changes"] == []
