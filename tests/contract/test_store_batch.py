"""The promise of Store.batch: many writes, durable together, each failing for itself."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from aslo.adapters.sqlite import batching
from aslo.adapters.sqlite.database import Database
from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.errors import NotFoundError, StoreError
from fakes.values import a_release, an_activity

# every store


def test_what_a_batch_wrote_is_there_inside_and_after(store):
    with store.batch():
        store.claim_bundle_id(an_activity())
        assert store.add_release(a_release()) == a_release()
        assert store.releases("org.sugarlabs.Moon") == [a_release()]
        assert store.announce("org.sugarlabs.Moon") == 1
    assert store.activity("org.sugarlabs.Moon") == an_activity()
    assert store.last_revision() == 1


def test_a_failed_write_undoes_itself_alone(store):
    with store.batch():
        store.add_release(a_release())
        with pytest.raises(NotFoundError):
            store.save_release(replace(a_release(), version="99"))
        store.announce("org.sugarlabs.Moon")
    assert store.releases("org.sugarlabs.Moon") == [a_release()]
    assert store.last_revision() == 1


def test_a_batch_within_a_batch_is_part_of_it(store):
    with store.batch():
        with store.batch():
            store.announce("org.sugarlabs.Moon")
        store.announce("org.sugarlabs.Moon")
    assert [change.revision for change in store.changes(0, 10)] == [1, 2]


def test_an_empty_batch_writes_nothing(store):
    with store.batch():
        pass
    assert store.last_revision() == 0


def test_a_store_can_be_written_after_a_batch_was_left_by_an_exception(store):
    with suppress(ZeroDivisionError), store.batch():
        store.announce("org.sugarlabs.Moon")
        raise ZeroDivisionError
    before = store.last_revision()
    assert before in (0, 1)
    assert store.announce("org.sugarlabs.Moon") == before + 1


def test_another_thread_does_not_write_in_the_batch_of_this_one(store):
    with ThreadPoolExecutor(1) as pool:
        with store.batch():
            pass
        pool.submit(store.announce, "org.sugarlabs.Moon").result()
    assert store.last_revision() == 1


# SQLite


@pytest.fixture
def sqlite_store(tmp_path):
    made = SqliteStore(tmp_path / "aslo.db")
    yield made
    made.close()


def seen_by_others(tmp_path):
    other = SqliteStore(tmp_path / "aslo.db")
    try:
        return other.last_revision()
    finally:
        other.close()


def test_a_batch_is_one_commit(sqlite_store, tmp_path):
    with sqlite_store.batch():
        sqlite_store.announce("org.sugarlabs.Moon")
        sqlite_store.announce("org.sugarlabs.Moon")
        assert seen_by_others(tmp_path) == 0
    assert seen_by_others(tmp_path) == 2


def test_a_long_batch_lets_others_in_now_and_then(sqlite_store, tmp_path):
    most = batching._MOST_WRITES
    with sqlite_store.batch():
        for _ in range(most + 1):
            sqlite_store.announce("org.sugarlabs.Moon")
        assert seen_by_others(tmp_path) == most
    assert seen_by_others(tmp_path) == most + 1


def test_another_writer_waits_for_a_batch_and_then_writes(sqlite_store):
    sqlite_store.last_revision()
    with ThreadPoolExecutor(1) as pool:
        begun = threading.Event()
        with sqlite_store.batch():
            sqlite_store.announce("org.sugarlabs.Moon")
            waiting = pool.submit(lambda: (begun.set(), sqlite_store.announce("org.example.Log")))
            begun.wait(5)
        assert waiting.result(5)[1] == 2


def test_a_batch_that_was_undone_underneath_says_so(tmp_path):
    database = Database(tmp_path / "x.db", _one_table, StoreError)

    def lose_a_write():
        with database.batch():
            with database.writing() as connection:
                connection.execute("INSERT INTO t VALUES (1)")
            with suppress(StoreError), database.writing() as connection:
                # As SQLite does by itself when the disk is full.
                connection.execute("ROLLBACK")
                raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(StoreError, match="undone"):
        lose_a_write()
    database.close()


def test_a_write_that_fails_half_way_leaves_nothing_and_its_neighbours_stay(tmp_path):
    database = Database(tmp_path / "x.db", _one_table, StoreError)
    with database.batch():
        for number in (1, 2, 3):
            with suppress(ZeroDivisionError), database.writing() as connection:
                connection.execute("INSERT INTO t VALUES (?)", (number,))
                _ = 1 / (number - 2)
    with database.reading() as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(1,), (3,)]
    database.close()


def test_a_snapshot_within_a_batch_sees_what_it_wrote(tmp_path):
    database = Database(tmp_path / "x.db", _one_table, StoreError)
    with database.batch():
        with database.writing() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
        with database.snapshot() as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
        with database.writing() as connection:
            connection.execute("INSERT INTO t VALUES (2)")
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
    database.close()


def _one_table(connection):
    connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
