"""Deliveries of many threads and processes that share their waits for the disk."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from aslo.adapters.sqlite import queueing
from aslo.adapters.sqlite.database import Database
from aslo.adapters.sqlite.turns import Turns
from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.errors import StoreError
from aslo.services.trying import TimeUp
from fakes.values import a_delivery
from fixtures import writers

THREADS = 16


@pytest.fixture
def path(tmp_path):
    return tmp_path / "aslo.db"


@pytest.fixture
def store(path):
    made = SqliteStore(path)
    yield made
    made.close()


def by_hand(path, statement, *values):
    connection = sqlite3.connect(path)
    with connection:
        rows = connection.execute(statement, values).fetchall()
    connection.close()
    return rows


class CountedDatabase(Database):
    """Counts its transactions, and lets a test hold the next one up."""

    def __init__(self, path):
        super().__init__(path, lambda _: None, StoreError)
        self.count = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def writing(self):
        self.count += 1
        self.go_on.wait(5)
        return super().writing()


@pytest.fixture
def database(path):
    made = CountedDatabase(path)
    with made.reading() as connection:
        connection.execute("CREATE TABLE kept (name TEXT PRIMARY KEY)")
    yield made
    made.close()


def add(name, connection):
    connection.execute("INSERT INTO kept VALUES (?)", (name,))
    return name


def at_once(database, writes):
    """Let the first write go on only when all others wait for it; what came of each."""
    turns = Turns(database)
    database.go_on.clear()
    with ThreadPoolExecutor(len(writes)) as pool:
        first = pool.submit(turns.do, writes[0])
        while not database.count:
            time.sleep(0.001)
        others = [pool.submit(turns.do, write) for write in writes[1:]]
        while len(turns._waiting) < len(others):
            time.sleep(0.001)
        database.go_on.set()
    return [first, *others]


def test_writes_that_come_together_wait_for_the_disk_together(database, path):
    done = at_once(database, [partial(add, f"n{number}") for number in range(THREADS)])

    assert [each.result() for each in done] == [f"n{number}" for number in range(THREADS)]
    assert database.count == 2
    assert by_hand(path, "SELECT count(*) FROM kept") == [(THREADS,)]


def test_a_write_that_fails_takes_no_other_with_it(database, path):
    names = ["a", "b", "b", "c"]

    done = at_once(database, [partial(add, name) for name in names])

    errors = [each.exception() for each in done]
    assert [error is None for error in errors] == [True, True, False, True]
    assert isinstance(errors[2], StoreError)
    assert by_hand(path, "SELECT name FROM kept ORDER BY name") == [("a",), ("b",), ("c",)]


def test_a_write_may_break_in_any_way_and_the_next_turn_comes(database):
    def broken(_):
        raise RuntimeError("a fault of ours")

    done = at_once(database, [broken, partial(add, "a")])

    assert isinstance(done[0].exception(), RuntimeError)
    assert done[1].result() == "a"
    assert Turns(database).do(partial(add, "b")) == "b"


def add_much(connection):
    connection.execute("INSERT INTO kept VALUES (hex(randomblob(3000000)))")


def test_no_answer_waits_until_the_file_has_caught_up_and_the_next_writer_sees_to_it(
    database, path
):
    Turns(database).do(add_much)

    assert path.stat().st_size < 1_000_000
    with ThreadPoolExecutor(1) as pool:
        pool.submit(by_another_writer, database).result()
    assert path.stat().st_size > 5_000_000


def by_another_writer(database):
    with database.writing() as connection:
        add("small", connection)


def test_a_file_that_stays_locked_is_waited_for_once_and_not_once_for_each(path, monkeypatch):
    monkeypatch.setattr("aslo.adapters.sqlite.database.BUSY_SECONDS", 0.3)
    store = SqliteStore(path)
    store.add_delivery(a_delivery("before"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        made = [pool.submit(store.add_delivery, a_delivery(f"d{n}")) for n in range(THREADS)]
        errors = [each.exception() for each in made]
    lasted = time.monotonic() - started
    other.close()
    assert all(isinstance(error, StoreError) and "locked" in str(error) for error in errors)
    assert lasted < 3
    assert store.add_delivery(a_delivery("after")).received_count == 1
    store.close()


def test_a_poisoned_row_fails_alone(path, store):
    store.add_delivery(a_delivery("bad"))
    by_hand(path, "UPDATE deliveries SET body = '{' WHERE guid = 'bad'")
    guids = [f"d{number}" for number in range(THREADS)] + ["bad"]
    with ThreadPoolExecutor(len(guids)) as pool:
        made = {guid: pool.submit(store.add_delivery, a_delivery(guid)) for guid in guids}
    assert [guid for guid, each in made.items() if each.exception()] == ["bad"]
    assert all(store.delivery(guid) for guid in guids if guid != "bad")


def cut_off(store):
    with store.batch():
        store.add_delivery(a_delivery("lost"))
        raise KeyError


def test_a_delivery_within_a_batch_is_part_of_it(store):
    with pytest.raises(KeyError):
        cut_off(store)
    assert store.delivery("lost") is None
    with store.batch():
        store.add_delivery(a_delivery("kept"))
        store.add_delivery(a_delivery("kept"))
    assert store.delivery("kept").received_count == 2


def test_a_batch_does_not_wait_for_a_turn_that_waits_for_the_batch(store):
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool, store.batch():
        store.announce("org.a")
        other = pool.submit(store.add_delivery, a_delivery("other"))
        while not store._turns._taken:
            time.sleep(0.001)
        store.add_delivery(a_delivery("mine"))
    assert other.result().guid == "other"
    assert time.monotonic() - started < 3


def test_a_child_does_not_wait_for_a_turn_of_its_parent(store):
    turns = store._turns
    store.add_delivery(a_delivery("before"))
    turns._taken = True  # As if another thread of the parent were at it.
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        store.add_delivery(a_delivery("child"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    turns._taken = False
    assert store.delivery("child") is not None


DELIVERER = """
import sys, threading
from pathlib import Path
from aslo.adapters.store_sqlite import SqliteStore
from fakes.values import a_delivery
store = SqliteStore(Path(sys.argv[1]))
told = threading.Lock()
def deliver(thread):
    number = 0
    while True:
        number += 1
        guid = f"{sys.argv[2]}-{thread}-{number}"
        store.add_delivery(a_delivery(guid))
        with told:
            print(guid, flush=True)
for thread in range(8):
    threading.Thread(target=deliver, args=(thread,), daemon=True).start()
threading.Event().wait(60)
"""


def test_of_two_processes_one_is_killed_and_all_that_was_acknowledged_is_kept(path, store):
    store.add_delivery(a_delivery("first"))
    tests = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", DELIVERER, path, name], stdout=subprocess.PIPE, env=tests
        )
        for name in ("a", "b")
    ]
    first = [process.stdout.readline() for process in processes]
    time.sleep(0.3)
    processes[0].kill()
    told = [first[0], *processes[0].communicate()[0].splitlines(keepends=True)]
    # The other one goes on as if nothing had been.
    told += [first[1], *(processes[1].stdout.readline() for _ in range(200))]
    processes[1].kill()
    told += processes[1].communicate()[0].splitlines(keepends=True)
    kept = {guid for (guid,) in by_hand(path, "SELECT guid FROM deliveries")}
    whole = {line.decode().strip() for line in told if line.endswith(b"\n")}
    assert len(whole) > 200
    assert whole <= kept


def test_a_long_batch_of_another_process_lets_deliveries_in(path, store):
    store.add_delivery(a_delivery("first"))
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, writers.open_store, (path,)) as pool:
        long = pool.submit(writers.announce_together, 4.0)
        waits = []
        while not store.last_revision():
            time.sleep(0.01)
        while not long.done():
            began = time.monotonic()
            store.add_delivery(a_delivery(f"d{len(waits)}"))
            waits.append(time.monotonic() - began)
            time.sleep(0.05)
        assert long.result() > 500
    assert len(waits) > 3
    assert max(waits) < 2


def test_a_write_that_is_cut_off_as_it_begins_keeps_nobody_from_writing(path, monkeypatch):
    def begin_and_be_cut_off(connection):
        queueing.begin(connection)
        raise TimeUp

    mine, another = (Database(path, lambda _: None, StoreError) for _ in range(2))
    with monkeypatch.context() as patched:
        patched.setattr(f"{Database.__module__}.begin", begin_and_be_cut_off)
        with suppress(TimeUp), mine.writing():
            pass

    for each in (another, mine):
        with each.writing() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS written (what)")
        each.close()
