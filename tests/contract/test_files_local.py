"""What LocalFiles does on its disk."""

import errno
import os
import stat
import time

import pytest

from aslo.adapters.files_local import LocalFiles
from aslo.domain.errors import FilesError, NotFoundError


@pytest.fixture
def root(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.xo"
    path.write_bytes(b"a bundle")
    return path


def everything(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_file_lies_below_the_first_two_digits_of_its_hash(root, bundle):
    sha256 = LocalFiles(root).add(bundle, "x/y").sha256
    assert everything(root) == [f"{sha256[:2]}/{sha256[2:]}"]
    assert LocalFiles(root).path(sha256).read_bytes() == b"a bundle"


def test_everybody_may_read_a_file_whatever_the_mask(root, bundle):
    mask = os.umask(0o077)
    try:
        sha256 = LocalFiles(root).add(bundle, "x/y").sha256
    finally:
        os.umask(mask)
    assert stat.S_IMODE(LocalFiles(root).path(sha256).stat().st_mode) == 0o644


def test_a_web_server_finds_its_way_to_a_file_whatever_the_mask(root, bundle):
    mask = os.umask(0o077)
    try:
        sha256 = LocalFiles(root).add(bundle, "x/y").sha256
    finally:
        os.umask(mask)
    folders = (root, root / sha256[:2])
    assert [stat.S_IMODE(each.stat().st_mode) for each in folders] == [0o755, 0o755]


def test_rights_that_an_operator_gave_are_left(root, bundle):
    root.mkdir(mode=0o750)
    LocalFiles(root).add(bundle, "x/y")
    assert stat.S_IMODE(root.stat().st_mode) == 0o750


@pytest.mark.case("D31")
@pytest.mark.parametrize("name", ["", "..", "A" * 64, "a" * 65, "a" * 64 + "\n", "a" * 62 + "/."])
def test_a_name_that_is_no_hash_leads_nowhere(root, name):
    with pytest.raises(NotFoundError):
        LocalFiles(root).path(name)


def test_a_damaged_file_is_healed_by_adding_it_again(root, bundle):
    files = LocalFiles(root)
    path = files.path(files.add(bundle, "x/y").sha256)
    path.write_bytes(b"damaged!")
    files.add(bundle, "x/y")
    assert path.read_bytes() == b"a bundle"


def test_a_walk_meets_every_file_and_nothing_else(root, bundle):
    files = LocalFiles(root)
    assert list(files.walk()) == []
    sha256 = files.add(bundle, "x/y").sha256
    (root / ".new-left-by-a-crash").touch()
    (root / sha256[:2] / "stray").touch()
    assert list(files.walk()) == [sha256]


@pytest.mark.case("D41", "T41")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_disk_that_fails_leaves_no_file_behind(root, bundle, monkeypatch, code, call):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FilesError, match=os.strerror(code)) as raised:
        LocalFiles(root).add(bundle, "x/y")
    assert isinstance(raised.value.__cause__, OSError)
    assert everything(root) == []


def test_a_folder_that_cannot_be_made_is_a_files_error(tmp_path, bundle):
    (tmp_path / "taken").touch()
    with pytest.raises(FilesError):
        LocalFiles(tmp_path / "taken").add(bundle, "x/y")


@pytest.mark.case("D41", "T14")
def test_bytes_are_on_the_disk_before_their_name_and_the_name_before_the_answer(
    root, bundle, monkeypatch
):
    seen = []
    sync, rename = os.fsync, os.replace

    def record_sync(handle):
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "bytes")
        sync(handle)

    def record_rename(*paths, **named):
        seen.append("rename")
        rename(*paths, **named)

    monkeypatch.setattr(os, "fsync", record_sync)
    monkeypatch.setattr(os, "replace", record_rename)
    LocalFiles(root).add(bundle, "x/y")
    assert seen == ["bytes", "folder", "rename", "folder"]


def test_what_a_dead_worker_left_is_removed_after_a_day(tmp_path):
    files = LocalFiles(tmp_path)
    old, new = tmp_path / ".new-old", tmp_path / ".new-new"
    for path in (old, new):
        path.write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))

    assert files.sweep() == 1
    assert new.exists()
    assert not old.exists()
