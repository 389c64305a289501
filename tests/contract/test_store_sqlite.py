"""What SqliteStore does with its file: processes, kills, faults, versions."""

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
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from aslo.adapters.sqlite.faults import _CAUSES, translated
from aslo.adapters.sqlite.queueing import when_free
from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.build import BuildState
from aslo.domain.errors import StoreError
from fakes.clock import START
from fakes.values import a_build, a_delivery, a_release, a_report, a_repository, an_activity
from fixtures import writers

MINUTE = timedelta(minutes=1)
PROCESSES = 8
BEFORE_REPOSITORIES = 7
"""The schema whose deliveries could not be found by the repository that they tell of."""
WITHOUT_REPOSITORIES = (
    "DROP INDEX deliveries_of_repository",
    "DROP INDEX deliveries_of_name",
    "ALTER TABLE deliveries DROP COLUMN repository_id",
    "ALTER TABLE deliveries DROP COLUMN repository_name",
    "DROP TABLE checks",
    "ALTER TABLE reports DROP COLUMN aside",
)
"""Makes of a record one from before deliveries were found by repository, and commits checked."""
BEFORE_TURNS = 5
"""The schema that knew nothing of who was served when."""


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


# processes


@pytest.fixture
def at_once(path):
    """Calls in eight processes that all open the file at the same time."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, fresh, writers.open_store, (path,)) as pool:
        yield lambda call, times: list(pool.map(call, range(times)))


@pytest.mark.case("T12")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("_again", range(5))
def test_a_process_that_was_forked_while_a_thread_wrote_can_write(store, _again):
    # As when a broker's worker replaces a process that a build has killed.
    inside = threading.Event()

    def write():
        with store.batch():
            store.announce("org.a")
            inside.set()
            time.sleep(0.2)

    thread = threading.Thread(target=write)
    thread.start()
    inside.wait(5)
    child = os.fork()
    if not child:
        with suppress(BaseException):
            store.announce("org.b")
            os._exit(0)
        os._exit(1)
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [change.bundle_id for change in store.changes(0, 9)] == ["org.a", "org.b"]


def test_eight_processes_at_once_lose_nothing_and_share_nothing(store, at_once):
    assert sorted(at_once(writers.announce, 200)) == list(range(1, 201))
    for number in range(20):
        store.add_build(a_build(f"b{number}", repository=a_repository(number % 15)))
    claims = at_once(writers.claim, 40)
    assert sorted(filter(None, claims)) == sorted(f"b{number}" for number in range(20))
    assert sorted(at_once(writers.deliver, 50)) == list(range(1, 51))
    store.claim_bundle_id(an_activity(versions=()))
    at_once(writers.add_version, 50)
    assert len(set(store.activity("org.sugarlabs.Moon").versions)) == 50


def test_a_store_that_was_used_before_a_fork_works_in_parent_and_child(store):
    store.announce("org.before")
    inherited = store._database._mine.held.connection
    child = os.fork()
    if child == 0:
        with suppress(Exception):
            store.announce("org.child")
            store.close()
            with pytest.raises(sqlite3.ProgrammingError):
                inherited.execute("SELECT 1")  # Nothing was open when it forked.
            os._exit(0)
        os._exit(1)
    store.announce("org.parent")
    assert os.waitpid(child, 0)[1] == 0
    names = {change.bundle_id for change in store.changes(0, 9)}
    assert names == {"org.before", "org.child", "org.parent"}


WRITER = """
import sys
from pathlib import Path
from aslo.adapters.sqlite.queueing import when_free
from aslo.adapters.store_sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    store.announce(f"org.a{number}")
    print(number, flush=True)
"""


@pytest.mark.case("T14")
@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.2])
def test_a_killed_writer_loses_nothing_it_was_told_is_kept(path, store, seconds):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
    first = writer.stdout.readline()
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    told = [first, *writer.communicate()[0].splitlines()]
    kept = [change.revision for change in store.changes(0, 10**6)]
    assert len(kept) in (len(told), len(told) + 1)
    assert all(later == earlier + 1 for earlier, later in pairwise(kept))
    assert store.announce("org.after") == kept[-1] + 1


HALF = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM changes")
connection.execute("PRAGMA cache_spill = 1")
print("in the middle", flush=True)
time.sleep(60)
"""


def test_a_writer_killed_in_the_middle_of_a_transaction_leaves_no_trace(path, store):
    store.announce("org.a")
    writer = subprocess.Popen([sys.executable, "-c", HALF, path], stdout=subprocess.PIPE)
    writer.stdout.readline()
    writer.kill()
    writer.communicate()
    assert store.announce("org.b") == 2
    assert len(store.changes(0, 9)) == 2


# connections


def test_making_a_store_touches_nothing(path):
    SqliteStore(path)
    assert not path.exists()


def test_every_commit_waits_for_the_disk(store):
    with store._database.reading() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_closed_store_opens_again_when_it_is_used(store):
    store.announce("org.a")
    store.close()
    assert store.announce("org.b") == 2


def test_threads_that_ended_hold_no_file_open(path, store):
    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(store.announce, ["org.a"] * 8))
    opened = [link.resolve() for link in Path("/proc/self/fd").iterdir()]
    assert opened.count(path.resolve()) == 0


def test_a_file_that_was_replaced_is_not_written_on_unseen(path, store):
    store.announce("org.old")
    other = SqliteStore(path.with_name("other.db"))
    other.announce("org.older")
    other.close()
    path.with_name("aslo.db-wal").unlink()
    path.with_name("other.db").replace(path)
    assert store.announce("org.new") == 2
    assert [change.bundle_id for change in SqliteStore(path).changes(0, 9)] == [
        "org.older",
        "org.new",
    ]


def test_a_file_that_is_gone_is_told_and_not_made_anew(path, store):
    store.announce("org.old")
    path.rename(path.with_name("moved.db"))
    with pytest.raises(StoreError, match="it is gone"):
        store.announce("org.new")
    assert not path.exists()
    path.with_name("moved.db").rename(path)
    assert store.announce("org.new") == 2


# faults


@pytest.mark.case("T41")
def test_a_full_disk_is_told_and_loses_nothing(store):
    store.announce("org.a")
    with store._database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="disk is full") as raised:
        store.append_log("b1", 1, "x" * 500_000)
    assert isinstance(raised.value.__cause__, sqlite3.Error)
    assert store.log("b1") == ""
    assert [change.bundle_id for change in store.changes(0, 9)] == ["org.a"]


def test_a_file_that_stays_locked_is_told(path, store, monkeypatch):
    store.announce("org.a")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("aslo.adapters.sqlite.database.BUSY_SECONDS", 0.05)
    store.close()
    with pytest.raises(StoreError, match="locked"):
        store.announce("org.b")
    assert len(store.changes(0, 9)) == 1
    other.close()
    assert store.announce("org.b") == 2


def test_a_file_that_is_no_database_is_told_and_left_alone(path):
    path.write_bytes(b"precious" * 1000)
    with pytest.raises(StoreError, match="no SQLite file"):
        SqliteStore(path).announce("org.a")
    assert path.read_bytes() == b"precious" * 1000


@pytest.mark.case("T41")
def test_a_damaged_file_is_told(path, store):
    for number in range(300):
        store.add_build(a_build(f"b{number}"))
    store.close()
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 40_000)
    with pytest.raises(StoreError, match="damaged"):
        store.recent_builds(300)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(StoreError, match="taken"):
        SqliteStore(tmp_path / "taken" / "aslo.db").announce("org.a")


@pytest.mark.parametrize("code", _CAUSES)
def test_every_fault_has_its_cause_and_its_cure(path, code):
    error = sqlite3.OperationalError("raw words")
    error.sqlite_errorcode = code | 0x300
    with pytest.raises(StoreError) as raised, translated(path, StoreError):
        raise error
    assert str(path) in raised.value.message
    assert ";" in raised.value.message
    assert raised.value.__cause__ is error


# versions and documents


def test_a_file_of_a_newer_version_is_refused(path, store):
    store.announce("org.a")
    store.close()
    by_hand(path, "PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="99 is newer"):
        store.announce("org.b")


def test_a_document_that_cannot_be_read_names_its_key(path, store):
    store.add_release(a_release())
    by_hand(path, """UPDATE releases SET body = '{"bundle_id": 3}'""")
    with pytest.raises(StoreError, match=r"release org\.sugarlabs\.Moon 1 cannot be read"):
        store.release("org.sugarlabs.Moon", "1")


@pytest.mark.parametrize("body", ["", "{", "[]", "null", b"\xff"])
def test_a_broken_build_does_not_stop_the_queue(path, store, body):
    store.add_build(a_build("a"))
    store.add_build(a_build("b", created_at=START + MINUTE))
    by_hand(path, "UPDATE builds SET body = ? WHERE id = 'a'", body)
    assert store.claim_build("w", START, MINUTE).id == "b"
    with pytest.raises(StoreError, match="build a"):
        store.build("a")


@pytest.mark.case("T41")
def test_a_broken_row_does_not_stop_the_rows_behind_it(path, store, caplog):
    for number in range(2):
        at = START + number * MINUTE
        store.add_delivery(a_delivery(f"d{number}", received_at=at))
        store.add_build(a_build(f"b{number}", created_at=at).end(BuildState.FAILED, "No.", at))
    by_hand(path, "UPDATE deliveries SET body = '{' WHERE guid = 'd0'")
    by_hand(path, "UPDATE builds SET body = '{' WHERE id = 'b0'")
    assert [delivery.guid for delivery in store.unsettled_deliveries(1)] == ["d1"]
    assert [build.id for build in store.untold_builds(1)] == ["b1"]
    assert [build.id for build in store.builds_of_release(1, 11)] == ["b1"]
    assert "delivery d0 cannot be read" in caplog.text
    assert "build b0 cannot be read" in caplog.text


def test_a_broken_report_does_not_stop_those_of_other_builds(path, store):
    store.add_report(a_report(build="b1"))
    store.add_report(a_report(build="b2"))
    by_hand(path, "UPDATE reports SET body = '{' WHERE build_id = 'b1'")
    assert store.claim_report("w", START, MINUTE).build_id == "b2"


def test_a_log_of_one_mebibyte_is_kept_by_default(store):
    for _ in range(5):
        store.append_log("b1", 1, "x" * 262_144)
    assert len(store.log("b1")) == 1024**2 + len(
        "\n[The log is cut here: a build may write 1048576 bytes.]\n"
    )


def test_many_questions_use_an_index(store):
    asked = []
    for number in range(2):
        store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    with store._database.reading() as connection:
        connection.set_trace_callback(asked.append)
        for call in (
            partial(store.claim_build, "w", START, MINUTE),
            partial(store.claimable_builds, START, 9),
            partial(store.unsettled_deliveries, 9),
            partial(store.untold_builds, 9),
            partial(store.recent_builds, 9, "org.a"),
            partial(store.recent_builds, 9, None, a_build()),
            partial(store.builds_of_release, 1, 11),
            partial(store.next_repository, 0),
            partial(store.claim_report, "w", START, MINUTE),
        ):
            call()
        connection.set_trace_callback(None)
        selects = [sql for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))]
        plans = [
            row[3] for sql in selects for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
    assert len(selects) == 17
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]


@pytest.mark.case("T13")
def test_a_claim_looks_at_no_more_however_many_builds_wait(store):
    def looks():
        """How often SQLite goes on by a thousand steps while a build is claimed."""
        count = []
        with store._database.reading() as connection:
            connection.set_progress_handler(lambda: count.append(1), 1_000)
            store.claim_build("w", START, MINUTE)
            connection.set_progress_handler(None, 0)
        return len(count)

    with store.batch():
        for number in range(9_000):
            waits = a_build(f"b{number}", repository=a_repository(number % 3))
            ended = replace(waits.end(BuildState.FAILED, "No.", START), claimed_at=START, told=True)
            store.add_build(waits if number % 3 else ended)
    assert looks() < 20


def test_a_record_from_before_turns_has_who_runs_in_it(path, store):
    for name in ("a", "b", "c", "broken"):
        store.add_build(a_build(name))
    for _ in range(2):
        store.claim_build("w", START, MINUTE)
    by_hand(path, "UPDATE builds SET body = '{' WHERE id = 'broken'")
    store.close()
    for statement in (
        "DROP INDEX builds_in_line",
        "DROP INDEX builds_running",
        "DROP INDEX builds_claimed",
        "ALTER TABLE builds DROP COLUMN running",
        "ALTER TABLE builds DROP COLUMN claimed_at",
        "DROP TABLE throttle",
        *WITHOUT_REPOSITORIES,
        f"PRAGMA user_version = {BEFORE_TURNS}",
    ):
        by_hand(path, statement)
    assert store.claim_build("w", START, MINUTE) is None
    assert store.claim_build("w", START + MINUTE, MINUTE).id == "a"


def test_deliveries_of_an_older_record_are_found_by_their_repository(path, store):
    told = a_repository(2, full_name="Owner/Name")
    store.add_delivery(a_delivery("of a release"))
    store.add_delivery(a_delivery("of a repository", content=None, repository=told))
    store.add_delivery(a_delivery("of nothing", content=None))
    store.add_delivery(a_delivery("broken"))
    by_hand(path, "UPDATE deliveries SET body = '{' WHERE guid = 'broken'")
    store.close()
    for statement in (*WITHOUT_REPOSITORIES, f"PRAGMA user_version = {BEFORE_REPOSITORIES}"):
        by_hand(path, statement)
    assert [each.guid for each in store.deliveries_of(1, 9)] == ["of a release"]
    assert [each.guid for each in store.deliveries_of(2, 9)] == ["of a repository"]
    assert store.repository_named("owner/name") == told


def test_a_statement_that_is_told_at_once_that_the_file_is_busy_is_tried_again(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE theirs (x)")
    other.execute("BEGIN EXCLUSIVE")
    mine = sqlite3.connect(path, timeout=5, isolation_level=None)
    leaving = threading.Timer(0.3, other.execute, ["COMMIT"])
    leaving.start()
    when_free(mine, "PRAGMA journal_mode = WAL")
    leaving.join()
    assert mine.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert mine.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    for connection in (mine, other):
        connection.close()
