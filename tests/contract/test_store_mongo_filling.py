"""A MongoDB record that was filled in part, which no transaction undoes."""

from contextlib import closing

import pytest

from aslo.adapters.backup_folder import FolderBackup
from aslo.adapters.store_mongo import MongoStore
from aslo.domain.errors import BackupError, StoreError, UnfinishedRecordError
from aslo.services import backup as backups
from aslo.services import restore, transfer
from fakes.clock import FakeClock
from fakes.files import MemoryFiles
from fakes.store import MemoryStore
from fakes.values import a_build, a_delivery

pytestmark = pytest.mark.needs("mongodb")

CLOCK = FakeClock()


@pytest.fixture
def store(mongodb_database):
    with closing(MongoStore(mongodb_database)) as made:
        yield made


@pytest.fixture
def unfinished(store, mongodb_database):
    """A record with one delivery of more, opened by another program than the one that filled it."""

    def cut_off():
        yield from (a_delivery(f"{number:04}") for number in range(501))
        raise BackupError("the backup is away")

    with pytest.raises(BackupError):
        store.load(cut_off(), "an-era")
    with closing(MongoStore(mongodb_database)) as made:
        yield made


@pytest.fixture
def whole():
    made = MemoryStore()
    made.add_delivery(a_delivery("whole"))
    return made


def test_nothing_is_asked_of_it_and_nothing_written_into_it(store, unfinished):
    for each in (store, unfinished):
        for use in (
            each.look,
            each.era,
            each.figures,
            each.last_revision,
            lambda each=each: each.delivery("0001"),
            lambda each=each: next(each.dump()),
            lambda each=each: each.add_build(a_build()),
        ):
            with pytest.raises(UnfinishedRecordError, match="is unfinished"):
                use()


def test_it_cannot_be_copied_from(unfinished):
    with pytest.raises(UnfinishedRecordError):
        transfer.transfer(source=unfinished, target=MemoryStore())


def test_a_transfer_into_it_begins_anew(unfinished, whole):
    transfer.transfer(source=whole, target=unfinished)

    assert list(unfinished.dump()) == [a_delivery("whole")]
    assert unfinished.era() == whole.era()
    unfinished.look()


def test_a_restore_into_it_begins_anew(unfinished, whole, tmp_path):
    backup = FolderBackup(tmp_path)
    backups.back_up(store=whole, files=MemoryFiles(), backup=backup, clock=CLOCK)
    snapshot = restore.choose(None, backup=backup)

    restore.restore(snapshot, store=unfinished, files=MemoryFiles(), backup=backup, clock=CLOCK)

    assert list(unfinished.dump()) == [a_delivery("whole")]
    assert unfinished.throttle().is_in_doubt(CLOCK())


def test_whoever_is_overtaken_while_filling_stops(store, mongodb_database):
    with closing(MongoStore(mongodb_database)) as other:

        def overtaken():
            yield a_delivery("ours")
            other.load([a_delivery("theirs")], "their-era")

        with pytest.raises(StoreError, match="another program began to fill"):
            store.load(overtaken(), "our-era")

        assert list(other.dump()) == [a_delivery("theirs")]
        assert other.era() == "their-era"
