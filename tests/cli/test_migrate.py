"""`aslo migrate` and `aslo doctor` over both kinds of record."""

import sqlite3
from uuid import uuid4

import pytest

from aslo.adapters.mongo.schema import MIGRATIONS
from aslo.adapters.sqlite.record import MIGRATIONS as SQLITE_MIGRATIONS
from fixtures.live import free_port
from fixtures.servers import mongodb, running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(mongodb(tmp_path_factory.mktemp("mongodb"))) as started:
        yield f"mongodb://127.0.0.1:{started.port}"


def test_a_new_file_is_made(aslo):
    done = aslo("migrate", ASLO_HOME="var")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"var/aslo.db: schema 0 to {len(SQLITE_MIGRATIONS)}\n"


def test_a_file_that_is_up_to_date_is_let_be(aslo):
    aslo("migrate", ASLO_HOME="var")
    done = aslo("migrate", ASLO_HOME="var")
    assert done.stdout == f"var/aslo.db: schema {len(SQLITE_MIGRATIONS)}, nothing to do\n"


def test_an_older_file_says_where_it_was(aslo, tmp_path):
    connection = sqlite3.connect(tmp_path / "old.db")
    for statement in SQLITE_MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    done = aslo("migrate", ASLO_STORE="sqlite:old.db")
    assert done.stdout == f"old.db: schema 1 to {len(SQLITE_MIGRATIONS)}\n"


def test_a_newer_file_is_refused(aslo, tmp_path):
    connection = sqlite3.connect(tmp_path / "new.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    done = aslo("migrate", ASLO_STORE="sqlite:new.db")
    assert done.returncode == 2
    assert "99 is newer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.needs("secantus")
def test_a_database_is_made_once(aslo, server):
    place = f"{server}/{uuid4().hex}"
    assert aslo("migrate", ASLO_STORE=place).stdout == f"mongodb: schema 0 to {len(MIGRATIONS)}\n"
    again = aslo("migrate", ASLO_STORE=place)
    assert (again.stdout, again.stderr) == (
        f"mongodb: schema {len(MIGRATIONS)}, nothing to do\n",
        "",
    )


@pytest.mark.needs("secantus")
def test_the_doctor_looks_at_a_database_and_leaves_no_traces(aslo, server):
    place = f"{server}/{uuid4().hex}"
    settings = {"ASLO_WEBHOOK_SECRET": "s", "ASLO_BUILDER": "plain", "ASLO_STORE": place}
    assert aslo("doctor", **settings).returncode == 0
    assert aslo("migrate", ASLO_STORE=place).stdout == f"mongodb: schema 0 to {len(MIGRATIONS)}\n"


def test_a_database_that_does_not_answer_is_told_without_its_password(aslo):
    place = f"mongodb://aslo:canary@127.0.0.1:{free_port()}/aslo"
    settings = {"ASLO_WEBHOOK_SECRET": "s", "ASLO_BUILDER": "plain", "ASLO_STORE": place}
    for command in ("doctor", "migrate"):
        done = aslo(command, **settings)
        assert done.returncode in (1, 2)
        assert "no server answers" in done.stdout + done.stderr
        assert "canary" not in done.stdout + done.stderr
