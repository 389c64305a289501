"""Files on a local disk, named by their SHA-256."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from aslo.domain.activity import StoredFile
from aslo.domain.errors import FilesError, NotFoundError

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PREFIX = ".new-"
_ABANDONED_SECONDS = 24 * 3600
_PIECE_BYTES = 1024**2
# Bundles are public, and a web server in front may run as another user.
_MODE = 0o644


class LocalFiles:
    """Keeps each file at `ab/cdef...` below its root, whole or not at all."""

    def __init__(self, root: Path, abandoned_seconds: float = _ABANDONED_SECONDS) -> None:
        self._root = root
        self._abandoned_seconds = abandoned_seconds

    def add(self, path: Path, media_type: str) -> StoredFile:
        with _translated(f"cannot keep {path}"), path.open("rb") as content:
            return self.add_content(content, media_type)

    def add_content(self, content: BinaryIO, media_type: str) -> StoredFile:
        """Copy bytes in from where they are read."""
        with _translated(f"cannot keep a file in {self._root}"):
            _open_folder(self._root)
            # In the same file system, because only there a rename is one step.
            handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=self._root)
            try:
                with open(handle, "wb") as copy:  # noqa: PTH123  # a handle has no path
                    sha256, size_bytes = _copy(content, copy)
                self._settle(Path(name), sha256)
            finally:
                Path(name).unlink(missing_ok=True)
        return StoredFile(sha256, size_bytes, media_type)

    def open(self, sha256: str) -> BinaryIO:
        path = self.path(sha256)
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            raise NotFoundError(f"no file {sha256}") from error
        except OSError as error:
            raise FilesError(f"cannot read {path}: {error.strerror}") from error

    def has(self, sha256: str) -> bool:
        with suppress(NotFoundError), _translated(f"cannot look for {sha256[:64]}"):
            return self.path(sha256).is_file()
        return False

    def path(self, sha256: str) -> Path:
        """Where those bytes are, or would be; NotFoundError for what is no SHA-256."""
        if not _SHA256.fullmatch(sha256):
            raise NotFoundError(f"no file {sha256[:64]!r}: a name is 64 lower-case hex digits")
        return self._root / sha256[:2] / sha256[2:]

    def walk(self) -> Iterator[str]:
        """The SHA-256 of every file that is here, in no order."""
        for path in self._root.glob("[0-9a-f][0-9a-f]/*"):
            name = path.parent.name + path.name
            if _SHA256.fullmatch(name):
                yield name

    def sweep(self) -> int:
        left = 0
        with _translated(f"cannot tidy {self._root}"):
            for path in self._root.glob(f"{_PREFIX}*"):
                with suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime >= self._abandoned_seconds:
                        path.unlink()
                        left += 1
        return left

    def _settle(self, copy: Path, sha256: str) -> None:
        target = self.path(sha256)
        if not target.parent.is_dir():
            _open_folder(target.parent)
            _sync_folder(self._root)
        # Over a file that is there, too: the bytes are the same, or that one is damaged.
        copy.replace(target)
        _sync_folder(target.parent)


def _open_folder(path: Path) -> None:
    """Make a folder that others may read, whatever the umask: a web server sends from it."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)


def _copy(content: BinaryIO, copy: BinaryIO) -> tuple[str, int]:
    """Copy to the disk itself; the hash is of the very bytes that were written."""
    digest, size_bytes = hashlib.sha256(), 0
    while piece := content.read(_PIECE_BYTES):
        digest.update(piece)
        size_bytes += copy.write(piece)
    copy.flush()
    os.fchmod(copy.fileno(), _MODE)
    os.fsync(copy.fileno())
    return digest.hexdigest(), size_bytes


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; fsync of a file keeps only its bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FilesError(f"{what}: {error.strerror}") from error
