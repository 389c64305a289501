"""A backup and a restore that are killed at any moment, and then done again."""

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from aslo.adapters.files_local import LocalFiles
from aslo.adapters.store_sqlite import SqliteStore
from fakes.values import a_build, a_delivery, a_release, an_activity
from fixtures import dying_program
from fixtures.dying_program import Order

KILLS = 12
TESTS = Path(__file__).parents[1]
STORE, FILES = "aslo.adapters.store_sqlite:SqliteStore", "aslo.adapters.files_local:LocalFiles"
RELEASES = 60
FULL = "the record is full"
RESTORING = {
    "a file is there": Order(f"{FILES}.add", "after", "", call=3, seconds=0.0, mark=""),
    "the record knows only that it is restored": Order(
        f"{STORE}.save_throttle", "after", "", call=1, seconds=0.0, mark=""
    ),
    FULL: Order(f"{STORE}.load", "after", "", call=1, seconds=0.0, mark=""),
}


class Home:
    """A site's folder that is filled without a site, and the commands that work on it."""

    def __init__(self, folder):
        self.folder = folder
        self.published = 0

    def publish(self, dice):
        files, store = LocalFiles(self.folder / "files"), SqliteStore(self.folder / "aslo.db")
        with store.batch():
            for number in range(self.published, self.published + RELEASES):
                bundle = files.add_content(io.BytesIO(dice.randbytes(20_000)), "application/zip")
                bundle_id = f"org.sugarlabs.Moon{number}"
                store.claim_bundle_id(an_activity(bundle_id))
                store.add_release(a_release(bundle_id, bundle=bundle))
                store.add_build(a_build(f"b{number}"))
                store.add_delivery(a_delivery(f"d{number}"))
        store.close()
        self.published += RELEASES

    def begin(self, *words, order=None):
        program = " ".join(map(str, words))
        command = [sys.executable, "-m", "aslo", *map(str, words)]
        if order is not None:
            command = dying_program.command(order, program)
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
        return subprocess.Popen(
            command,
            env=kept | {"ASLO_HOME": str(self.folder), "PYTHONPATH": str(TESTS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words):
        process = self.begin(*words)
        said, complained = process.communicate()
        assert process.returncode == 0, complained
        return said

    def kill(self, *words, when):
        """Whether it was killed before its end, as soon as something is so."""
        with self.begin(*words) as process:
            while not when() and process.poll() is None:
                time.sleep(0.0005)
            process.kill()
        return process.returncode < 0

    def digests(self):
        return digests(self.folder / "files")


def digests(folder):
    found = (path for path in folder.glob("??/*") if path.is_file())
    return {path.parent.name + path.name: sha256(path) for path in found}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def holds(folder, count):
    return lambda: len(list(folder.glob("??/*"))) >= count


def exists(folder, pattern):
    before = set(folder.glob(pattern))
    return lambda: bool(set(folder.glob(pattern)) - before)


@pytest.fixture
def dice():
    return random.Random(3)


@pytest.fixture
def home(tmp_path, dice):
    made = Home(tmp_path / "home")
    made.publish(dice)
    return made


def moments(backup, dice, number):
    """Another stage of a backup by turns; the last new file is hardly ever reached in time."""
    if number % 4 == 0:
        return exists(backup, "records/*")
    if number % 4 == 1:
        return exists(backup, "snapshots/*.new")
    there = len(list((backup / "files").glob("??/*")))
    return holds(backup / "files", there + dice.randrange(RELEASES // 2))


def test_a_backup_that_is_killed_harms_none_before_it(home, dice, tmp_path):
    backup = tmp_path / "backup"
    first = home.run("backup", backup).split()[1].rstrip(":")
    killed = 0
    for number in range(KILLS):
        home.publish(dice)
        killed += home.kill("backup", backup, when=moments(backup, dice, number))
        home.run("backup", backup, "--verify", "--snapshot", first)

    home.run("backup", backup, "--keep", "1")
    home.run("backup", backup, "--verify")

    # The rest came to their end before they were seen.
    assert killed >= KILLS // 2
    assert digests(backup / "files") == home.digests()
    assert not list(backup.rglob("*.new*"))
    assert len(list((backup / "records").iterdir())) == 1


def test_a_restore_that_is_killed_is_run_again(home, dice, tmp_path):
    backup, there = tmp_path / "backup", Home(tmp_path / "there")
    there.folder.mkdir()
    home.run("backup", backup)
    for _ in range(4):
        count = len(list((there.folder / "files").glob("??/*"))) + dice.randrange(1, 8)
        assert there.kill("restore", backup, when=holds(there.folder / "files", count))

    there.run("restore", backup)

    assert there.digests() == home.digests()
    old, new = SqliteStore(home.folder / "aslo.db"), SqliteStore(there.folder / "aslo.db")
    assert list(new.dump()) == list(old.dump())
    assert new.era() != old.era()
    old.close()
    new.close()


@pytest.mark.case("T14")
@pytest.mark.parametrize("point", RESTORING)
def test_a_restore_dies_at_a_point_and_is_run_again(home, tmp_path, point):
    backup, there, mark = tmp_path / "backup", Home(tmp_path / "there"), tmp_path / "died"
    there.folder.mkdir()
    home.run("backup", backup)
    with there.begin("restore", backup, order=replace(RESTORING[point], mark=str(mark))) as dying:
        dying.communicate()
    assert (dying.returncode, mark.exists()) == (-signal.SIGKILL, True)

    with there.begin("restore", backup) as again:
        _, complained = again.communicate()

    # What is whole already is not done again, and it says so.
    whole = point == FULL and "the record is not empty" in complained
    assert again.returncode == 0 or whole, complained
    assert there.digests() == home.digests()
    old, new = SqliteStore(home.folder / "aslo.db"), SqliteStore(there.folder / "aslo.db")
    assert list(new.dump()) == list(old.dump())
    assert new.throttle().restored_at is not None
    old.close()
    new.close()
