"""Bundles and pictures at rest."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from aslo.domain.activity import StoredFile


class Files(Protocol):
    """Bundles and pictures at rest, named by the SHA-256 of their bytes; never changed."""

    def add(self, path: Path, media_type: str) -> StoredFile:
        """Copy a file in, durably and all at once, and return what it is now known by. Adding
        the same bytes again changes nothing. FilesError when it cannot be kept."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, seekable; NotFoundError if they are not here."""

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""

    def walk(self) -> Iterator[str]:
        """The SHA-256 of every file that is here, in no order."""

    def sweep(self) -> int:
        """Remove what was left, days ago, of adding a file when its worker died; how much."""
