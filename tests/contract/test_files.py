"""What every Files promises (aslo.ports.Files), one promise a test."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from aslo.domain.activity import StoredFile
from aslo.domain.errors import FilesError, NotFoundError

NAMES = [
    "",
    "..",
    "../" * 20 + "etc/passwd",
    "A" * 64,
    "g" * 64,
    "a" * 63,
    "a" * 64 + "\n",
    "٣" * 64,
]


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.xo"
    path.write_bytes(b"bytes of a bundle" * 100_000)
    return path


def test_an_added_file_is_known_by_its_hash(files, bundle):
    data = bundle.read_bytes()
    stored = files.add(bundle, "application/vnd.olpc-sugar")
    sha256 = hashlib.sha256(data).hexdigest()
    assert stored == StoredFile(sha256, len(data), "application/vnd.olpc-sugar")
    assert files.has(sha256)
    with files.open(sha256) as file:
        assert file.read() == data


def test_a_stored_file_is_seekable(files, bundle):
    with files.open(files.add(bundle, "x/y").sha256) as file:
        file.seek(6)
        assert file.read(4) == b"of a"


def test_an_empty_file_is_a_file(files, tmp_path):
    (tmp_path / "empty").touch()
    assert files.add(tmp_path / "empty", "x/y").size_bytes == 0


def test_the_file_that_was_added_stays_where_it_is(files, bundle):
    files.add(bundle, "x/y")
    assert bundle.exists()


def test_a_later_change_of_the_source_changes_nothing(files, bundle):
    stored = files.add(bundle, "x/y")
    bundle.write_bytes(b"changed")
    with files.open(stored.sha256) as file:
        assert file.read(5) == b"bytes"


def test_adding_the_same_bytes_again_changes_nothing(files, bundle):
    first = files.add(bundle, "x/y")
    assert files.add(bundle, "x/y") == first


@pytest.mark.case("D41")
def test_one_file_added_by_twenty_at_once_is_whole(files, bundle):
    with ThreadPoolExecutor(20) as pool:
        stored = set(pool.map(lambda _: files.add(bundle, "x/y"), range(20)))
    (one,) = stored
    with files.open(one.sha256) as file:
        assert hashlib.sha256(file.read()).hexdigest() == one.sha256


def test_bytes_that_are_not_here_are_not_found(files):
    assert not files.has("a" * 64)
    with pytest.raises(NotFoundError, match="a" * 64):
        files.open("a" * 64)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_hash_is_not_found(files, name):
    assert not files.has(name)
    with pytest.raises(NotFoundError):
        files.open(name)


def test_a_source_that_cannot_be_read_is_a_files_error(files, tmp_path):
    with pytest.raises(FilesError, match="missing"):
        files.add(tmp_path / "missing", "x/y")
