"""An object of a bucket as a file that can be read."""

import errno
import io
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from aslo.domain.errors import FilesError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES = 1024**2
"""What one request asks for: a slow reader holds no connection, and a large file little memory."""


class S3Object(io.RawIOBase):
    """Asks for each piece by itself; FilesError when one does not come whole."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self._read, self._size, self._at = read, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        into = memoryview(buffer).cast("B")
        length = min(len(into), PIECE_BYTES, max(0, self._size - self._at))
        if length == 0:
            return 0
        piece = self._read(self._at, length)
        if len(piece) != length:
            raise FilesError(f"the object store sent {len(piece)} bytes of {length}")
        into[:length] = piece
        self._at += length
        return length

    def readall(self) -> bytes:
        # Python's own way would make a request for every few kilobytes.
        return b"".join(iter(lambda: self.read(PIECE_BYTES) or b"", b""))
