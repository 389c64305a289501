"""Scratch folders below one folder of this machine, each held by a lock while it is in use."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from aslo.domain.errors import BuilderError

_LOCK_SUFFIX = ".lock"


class LocalWorkspace:
    """Gives each claim of a build a folder that nobody else may enter."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def open(self, build_id: str, fence: int) -> Iterator[Path]:
        """See ports.Workspace."""
        folder = self._root / _folder_name(build_id) / str(fence)
        try:
            lock = self._make(folder)
        except OSError as error:
            raise BuilderError(f"no scratch folder {folder}: {error.strerror}") from error
        try:
            yield folder
        finally:
            _remove(folder)
            os.close(lock)

    def sweep(self) -> int:
        """Remove the folders whose worker has died; how many there were. For a worker's start."""
        if not self._root.is_dir():
            return 0
        left = 0
        with _locked(self._root / _LOCK_SUFFIX):
            for path in self._root.glob(f"*/*{_LOCK_SUFFIX}"):
                if _is_held(path):
                    continue
                _remove(path.with_suffix(""))
                left += 1
        return left

    def _make(self, folder: Path) -> int:
        """Make a new folder and lock it; the lock ends with us, however we end."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(self._root / _LOCK_SUFFIX):
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(_lock_of(folder), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder.mkdir(mode=0o700)
        return lock


def _folder_name(build_id: str) -> str:
    name = quote(build_id, safe="")
    if name.strip(".") == "":
        raise ValueError(f"a build id names a folder, got {build_id!r}")
    return name


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK_SUFFIX)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_held(path: Path) -> bool:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)
    with suppress(OSError):  # a later claim may have its folder there by now
        folder.parent.rmdir()
