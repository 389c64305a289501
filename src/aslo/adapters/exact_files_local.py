"""Read and replace one file of a tree, and nothing that stands in its place."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from aslo.domain.check_errors import UnfixableFileError

MAX_BYTES = 1024**2


class LocalExactFiles:
    """See ports.ExactFiles."""

    def read(self, tree: Path, name: str) -> bytes:
        """See ports.ExactFiles."""
        return _read(tree, name)

    def replace(self, tree: Path, name: str, before: bytes, after: bytes) -> None:
        """See ports.ExactFiles."""
        if _read(tree, name) != before:
            raise UnfixableFileError(f"{name} was changed by somebody else just now")
        try:
            _swap(_place(tree, name), after)
        except OSError as error:
            raise UnfixableFileError(f"{name} cannot be written: {error.strerror}") from error


def _read(tree: Path, name: str) -> bytes:
    path = _place(tree, name)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise UnfixableFileError(f"{name} cannot be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise UnfixableFileError(f"{name} is no regular file of at most {MAX_BYTES} bytes")
        return file.read(MAX_BYTES)


def _swap(path: Path, after: bytes) -> None:
    mode = stat.S_IMODE(path.lstat().st_mode)
    handle, beside = tempfile.mkstemp(prefix=".aslo-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        Path(beside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def _place(tree: Path, name: str) -> Path:
    top = tree.resolve()
    path = top / name
    if path.parent.resolve() != path.parent:
        raise UnfixableFileError(f"{name} is reached by a link")
    return path
