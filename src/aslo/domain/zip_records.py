"""The words of a zip file's records: an entry, its flags, its extra fields, its damages.

The format is PKWARE's APPNOTE.TXT.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from aslo.domain.problem import Problem

REBUILD = "Build the bundle again with `python3 setup.py dist_xo` and attach that file."

ENCRYPTED = 0x0001
DESCRIPTOR = 0x0008
PATCHED = 0x0020
STRONGLY_ENCRYPTED = 0x0040
UTF8_NAME = 0x0800
MASKED = 0x2000

ELSEWHERE = 0xFFFFFFFF
"""What stands for a size or place that a zip64 field holds."""

ZIP64_FIELD = 0x0001
UNICODE_NAME_FIELD = 0x7075


@dataclass(frozen=True, slots=True)
class Member:
    """One entry, as the directory tells of it."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    unpacked_bytes: int
    mode: int
    header_at: int
    renamed: bool
    """Whether an extra field offers another name, which some programs go by."""
    packed_at: tuple[int, int] = (0, 0)
    """Date and time of the file, in the words of MS-DOS."""

    @property
    def name(self) -> str:
        """The name, with an escape for each byte that is not UTF-8."""
        return self.raw_name.decode(errors="backslashreplace")

    @property
    def is_folder(self) -> bool:
        return self.raw_name.endswith(b"/")


class Damage(Exception):  # noqa: N818  # never leaves this folder: it becomes a problem
    """A record that cannot be what its writer meant."""

    def __init__(self, code: str, message: str, remedy: str = REBUILD) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, remedy)


def other_name(extra: bytes, name: bytes) -> bool:
    """Whether the field that newer programs go by gives another name."""
    return extra_field(extra, UNICODE_NAME_FIELD)[5:] not in (b"", name)


def extra_is_sound(extra: bytes) -> bool:
    """Whether each extra field ends within them all, and none that sizes or names is repeated."""
    at, seen = 0, set()
    while len(extra) - at >= 4:
        kind, length = struct.unpack_from("<HH", extra, at)
        # Of two, programs differ in which they go by.
        if kind in seen and kind in (ZIP64_FIELD, UNICODE_NAME_FIELD):
            return False
        seen.add(kind)
        at += 4 + length
    # Python's zipfile refuses a field that ends outside.
    return at <= len(extra)


def extra_field(extra: bytes, wanted: int) -> bytes:
    """The first extra field with that id; empty if there is none."""
    at = 0
    while len(extra) - at >= 4:
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def read_at(file: BinaryIO, at: int, length: int) -> bytes:
    """So many bytes from a place, or fewer where the file ends."""
    file.seek(at)
    return file.read(length)
