"""Snapshots, what they hold and what they notice, over stores in memory."""

import gzip
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aslo.adapters.backup_folder import FolderBackup
from aslo.domain.activity import Developer
from aslo.domain.errors import BackupError, FilesError, StoreError
from aslo.ports import Unreadable
from aslo.services.backup import back_up, damage, thin_out
from aslo.services.restore import choose, restore
from aslo.services.transfer import transfer
from fakes.clock import FakeClock
from fakes.files import MemoryFiles
from fakes.store import MemoryStore
from fakes.values import a_build, a_delivery, a_release, a_report, an_activity

CLOCK = FakeClock()


class World:
    """A store with one release, its files, and a backup in a folder."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store, self.files = MemoryStore(), MemoryFiles()
        self.folder = folder
        self.backup = FolderBackup(folder)
        icon = self.files.put(b"<svg/>", "image/svg+xml")
        face = self.files.put(b"a face", "image/webp")
        people = (Developer("ada", "https://forge.example/ada", 1, face),)
        self.store.claim_bundle_id(an_activity(developers=people))
        self.publish("1", icon=icon)
        self.store.add_delivery(a_delivery())
        self.store.add_build(a_build())
        self.store.append_log("b1", 1, "a line\n")
        self.store.add_report(a_report())

    def publish(self, version: str, **changes):
        bundle = self.files.put(f"bundle {version}".encode(), "application/vnd.olpc-sugar")
        release = a_release(version=version, bundle=bundle, **changes)
        self.store.add_release(release)
        self.store.announce(release.bundle_id)
        return bundle

    def take(self):
        self.clock.now += timedelta(minutes=1)
        return back_up(store=self.store, files=self.files, backup=self.backup, clock=self.clock)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "backup")


def restored(world, name=None):
    store, files = MemoryStore(), MemoryFiles()
    snapshot = choose(name, backup=world.backup)
    restore(snapshot, store=store, files=files, backup=world.backup, clock=CLOCK)
    return store, files


def test_a_restored_record_knows_that_it_may_have_forgotten_something(world):
    world.take()

    store, _ = restored(world)

    assert store.throttle().is_in_doubt(CLOCK())


def test_a_restore_that_is_killed_when_the_record_is_full_has_noted_it(world):
    class Killed(MemoryStore):
        def load(self, items, era):
            super().load(items, era)
            raise KeyboardInterrupt

    snapshot, store = world.take(), Killed()

    with pytest.raises(KeyboardInterrupt):
        restore(snapshot, store=store, files=MemoryFiles(), backup=world.backup, clock=CLOCK)

    assert list(store.dump()) == list(world.store.dump())
    assert store.throttle().is_in_doubt(CLOCK())


def test_a_restore_that_another_writer_crosses_is_noted_all_the_same(world):
    class Crossed(MemoryStore):
        crossings = 1

        def throttle(self):
            known = super().throttle()
            if self.crossings:
                self.crossings -= 1
                self.save_throttle(known)
            return known

    snapshot, store = world.take(), Crossed()

    restore(snapshot, store=store, files=MemoryFiles(), backup=world.backup, clock=CLOCK)

    assert store.throttle().is_in_doubt(CLOCK())


def test_what_is_restored_is_what_was_there_under_a_new_era(world):
    world.take()
    store, files = restored(world)
    assert list(store.dump()) == list(world.store.dump())
    assert files.contents == world.files.contents
    assert store.era() != world.store.era()


def test_a_second_snapshot_copies_only_what_is_new(world):
    world.take()
    before = set(world.files.contents)
    new = world.publish("2")
    for sha256 in before:
        del world.files.contents[sha256]
    snapshot = world.take()
    assert snapshot.missing == ()
    assert set(snapshot.files) == {*before, new.sha256}


@pytest.mark.parametrize("change", [lambda p: p.write_bytes(b"x"), lambda p: p.unlink()])
def test_what_the_backup_lost_of_a_file_is_copied_again(world, change):
    snapshot = world.take()
    sha256 = next(iter(snapshot.files))
    change(world.folder / "files" / sha256[:2] / sha256[2:])
    assert damage(snapshot, backup=world.backup)
    world.take()
    assert damage(snapshot, backup=world.backup) == []


def test_what_a_killed_run_left_goes_with_the_oldest(world):
    world.take()
    for name in ("snapshots/a.json.new", "records/a.jsonl.gz.new", "files/.new-a"):
        (world.folder / name).write_bytes(b"half")
    thin_out(1, backup=world.backup)
    assert not list(world.folder.rglob("*.new*"))
    assert damage(choose(None, backup=world.backup), backup=world.backup) == []


def test_a_record_has_its_name_only_when_it_is_whole(world):
    path = world.folder / "records" / "a.jsonl.gz"
    seen = []

    def items():
        for item in world.store.dump():
            seen.append(path.exists())
            yield item

    world.backup.write("a", items())
    assert seen
    assert not any(seen)
    assert path.exists()


def test_a_damaged_manifest_moved_away_keeps_no_other_snapshot_back(world):
    first = world.take()
    world.publish("2")
    second = world.take()
    path = world.folder / "snapshots" / f"{second.name}.json"
    path.write_text("")
    with pytest.raises(BackupError, match=second.name):
        restored(world)
    path.rename(world.folder / "damaged.json")
    assert choose(None, backup=world.backup) == first
    assert len(restored(world)[0].releases("org.sugarlabs.Moon")) == 1


def test_each_snapshot_can_be_restored_by_its_name(world):
    first = world.take()
    world.publish("2")
    world.take()
    assert len(restored(world, first.name)[0].releases("org.sugarlabs.Moon")) == 1
    assert len(restored(world)[0].releases("org.sugarlabs.Moon")) == 2
    with pytest.raises(BackupError, match=first.name):
        restored(world, "another")


def test_a_file_that_is_missing_at_rest_is_told_and_the_rest_is_kept(world):
    bundle = world.publish("2")
    del world.files.contents[bundle.sha256]
    snapshot = world.take()
    assert snapshot.missing == (bundle.sha256,)
    assert damage(snapshot, backup=world.backup) == []
    store, files = restored(world)
    assert len(store.releases("org.sugarlabs.Moon")) == 2
    assert not files.has(bundle.sha256)


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), FilesError("it broke off")])
def test_a_file_that_breaks_off_keeps_no_other_back(world, monkeypatch, fault):
    bundle = world.publish("2")
    whole = world.files.open

    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise fault

    monkeypatch.setattr(
        world.files,
        "open",
        lambda sha256: Broken() if sha256 == bundle.sha256 else whole(sha256),
    )
    snapshot = world.take()

    assert snapshot.missing == (bundle.sha256,)
    assert len(snapshot.files) > 1
    assert damage(snapshot, backup=world.backup) == []


@pytest.mark.case("T41")
def test_a_file_that_is_damaged_at_rest_is_not_taken_for_whole(world):
    bundle = world.publish("2")
    world.files.contents[bundle.sha256] = b"other bytes"
    snapshot = world.take()
    assert snapshot.missing == (bundle.sha256,)
    assert not world.backup.has(bundle)


def test_the_oldest_go_with_the_files_that_no_other_names(world):
    world.take()
    bundle = world.publish("2")
    snapshot = world.take()
    world.store.known_releases.clear()
    world.take()
    assert len(world.backup.snapshots()) == 3
    assert thin_out(2, backup=world.backup) == 0
    assert damage(snapshot, backup=world.backup) == []
    assert thin_out(1, backup=world.backup) == 3
    assert not world.backup.has(bundle)
    assert damage(choose(None, backup=world.backup), backup=world.backup) == []


def test_a_changed_bit_of_the_record_is_found_before_anything_is_written(world):
    snapshot = world.take()
    path = world.folder / "records" / f"{snapshot.name}.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"Moon", b"Noon")))
    assert "damaged" in damage(snapshot, backup=world.backup)[0]
    store, files = MemoryStore(), MemoryFiles()
    with pytest.raises(BackupError, match="damaged"):
        restore(snapshot, store=store, files=files, backup=world.backup, clock=CLOCK)
    assert list(store.dump()) == []
    assert files.contents == {}


@pytest.mark.parametrize("change", [lambda p: p.write_bytes(b"x"), lambda p: p.unlink()])
def test_a_changed_or_lost_file_is_found_before_anything_is_written(world, change):
    snapshot = world.take()
    sha256 = next(iter(snapshot.files))
    change(world.folder / "files" / sha256[:2] / sha256[2:])
    store = MemoryStore()
    with pytest.raises(BackupError, match=sha256[2:]):
        restore(snapshot, store=store, files=MemoryFiles(), backup=world.backup, clock=CLOCK)
    assert list(store.dump()) == []


def test_a_manifest_that_is_damaged_or_of_another_form_is_refused(world):
    snapshot = world.take()
    path = world.folder / "snapshots" / f"{snapshot.name}.json"
    whole = path.read_text()
    for text, said in (
        (whole[:50], "damaged"),
        (whole.replace('"form": 1', '"form": 9'), "form 9"),
    ):
        path.write_text(text)
        with pytest.raises(BackupError, match=said):
            world.backup.snapshots()


def test_only_an_empty_record_is_filled(world):
    snapshot = world.take()
    with pytest.raises(BackupError, match="not empty"):
        restore(snapshot, store=world.store, files=world.files, backup=world.backup, clock=CLOCK)


def test_a_restore_that_was_cut_off_is_done_again(world):
    snapshot = world.take()
    store = MemoryStore()

    class Full(MemoryFiles):
        def add(self, path, media_type):
            if self.contents:
                raise FilesError("the disk is full")
            return super().add(path, media_type)

    files = Full()
    with pytest.raises(FilesError):
        restore(snapshot, store=store, files=files, backup=world.backup, clock=CLOCK)
    assert list(store.dump()) == []
    again = MemoryFiles()
    again.contents |= files.contents
    restore(snapshot, store=store, files=again, backup=world.backup, clock=CLOCK)
    assert again.contents == world.files.contents


def test_what_cannot_be_read_is_kept_and_told(world):
    odd = Unreadable("builds", "b9", '{"id": 9}')

    class Odd(MemoryStore):
        def dump(self):
            return iter([*super().dump(), odd])

    world.store.__class__ = Odd
    snapshot = world.take()
    assert odd in world.backup.items(snapshot)
    store = MemoryStore()
    left = restore(snapshot, store=store, files=MemoryFiles(), backup=world.backup, clock=CLOCK)
    assert left == [odd]
    assert len(list(store.dump())) == len(list(world.store.dump())) - 1


def test_two_at_once_are_one_too_many(world):
    with world.backup.lock(), pytest.raises(BackupError, match="another program"):
        world.take()


def test_a_backup_without_a_snapshot_says_so(world):
    with pytest.raises(BackupError, match="no snapshot"):
        choose(None, backup=world.backup)


def test_a_transfer_copies_everything_and_the_era(world):
    target = MemoryStore()
    tally = transfer(source=world.store, target=target)
    assert list(target.dump()) == list(world.store.dump())
    assert target.era() == world.store.era()
    assert tally.counts["Release"] == 1


def test_a_transfer_into_what_is_not_empty_is_refused(world):
    target = MemoryStore()
    target.announce("org.a")
    with pytest.raises(BackupError, match="not empty"):
        transfer(source=world.store, target=target)


def test_a_transfer_that_comes_out_otherwise_is_told(world):
    class Lossy(MemoryStore):
        def dump(self):
            return (
                replace(item, notes="other") if hasattr(item, "notes") else item
                for item in super().dump()
            )

    with pytest.raises(StoreError, match="not what is there"):
        transfer(source=world.store, target=Lossy())
