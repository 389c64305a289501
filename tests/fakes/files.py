"""Files in memory."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from aslo.domain.activity import StoredFile
from aslo.domain.errors import FilesError, NotFoundError


class MemoryFiles:
    """Keeps bytes by their SHA-256; `contents` may be read, or tampered with, by a test."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def add(self, path: Path, media_type: str) -> StoredFile:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise FilesError(f"cannot read {path}: {error.strerror}") from error
        return self.put(data, media_type)

    def put(self, data: bytes, media_type: str) -> StoredFile:
        """Add bytes without a file to copy."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.contents[sha256] = data
        return StoredFile(sha256, len(data), media_type)

    def open(self, sha256: str) -> BinaryIO:
        if sha256 not in self.contents:
            raise NotFoundError(f"no file {sha256[:64]!r}")
        return io.BytesIO(self.contents[sha256])

    def walk(self) -> Iterator[str]:
        return iter(list(self.contents))

    def sweep(self) -> int:
        return 0

    def has(self, sha256: str) -> bool:
        return sha256 in self.contents
