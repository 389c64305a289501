"""The directory of a zip file, read strictly.

Python's zipfile forgives what this must not: it finds a directory behind other data, and reads
as many entries as there are.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from aslo.domain.errors import BadBundleError
from aslo.domain.shown import shown
from aslo.domain.zip_records import (
    ELSEWHERE,
    Damage,
    Member,
    extra_is_sound,
    other_name,
    read_at,
)

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 16 * 1024**2

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR_BYTES = 20
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LONGEST_COMMENT = 0xFFFF
_SPLIT = "the bundle is one part of a zip file that is split over several disks"
# 6.3, the newest that Python's zipfile takes.
_NEWEST_VERSION = 63


@dataclass(frozen=True, slots=True)
class Directory:
    """What the end of the file says of the directory, and the members listed there."""

    starts_at: int
    members: tuple[Member, ...]


def read_directory(file: BinaryIO, size_bytes: int) -> Directory:
    """Read the directory, or raise BadBundleError with the one thing that prevents it."""
    try:
        starts_at, length, count = _find_directory(file, size_bytes)
        data = read_at(file, starts_at, length)
        return Directory(starts_at, tuple(_members(data, count)))
    except Damage as damage:
        raise BadBundleError([damage.problem]) from damage


def _find_directory(file: BinaryIO, size_bytes: int) -> tuple[int, int, int]:
    tail_at = max(0, size_bytes - _END.size - _LONGEST_COMMENT)
    tail = read_at(file, tail_at, size_bytes - tail_at)
    found = tail.rfind(_END_SIGNATURE)
    if found < 0 or len(tail) - found < _END.size:
        raise Damage(
            "not-a-zip", f"the bundle is no zip file, or is cut short ({size_bytes} bytes)"
        )
    end = _END.unpack_from(tail, found)
    _, disk, directory_disk, count_here, count, length, starts_at, comment_bytes = end
    if found + _END.size + comment_bytes != len(tail):
        raise Damage("stray-bytes", "the zip file has other data behind its end")
    if _has_other_end(tail[:found], len(tail)):
        raise Damage("zip-directory", "the zip file has two ends, one in the comment of the other")
    before = tail[max(0, found - _LOCATOR_BYTES) : found]
    if before.startswith(_LOCATOR_SIGNATURE) or 0xFFFF in (disk, count) or starts_at == ELSEWHERE:
        raise Damage("zip64", "the bundle is a zip64 file, which none of its size needs to be")
    if (disk, directory_disk, count_here) != (0, 0, count):
        raise Damage("multi-disk", _SPLIT)
    if count > MAX_ENTRIES or length > MAX_DIRECTORY_BYTES:
        raise Damage(
            "too-many-entries",
            f"the bundle has {count} entries, more than {MAX_ENTRIES}",
            "Leave files out that learners do not need.",
        )
    if starts_at + length != tail_at + found:
        raise Damage("stray-bytes", "the zip file has other data before its start or its end")
    return starts_at, length, count


def _has_other_end(before: bytes, size_bytes: int) -> bool:
    """Whether an earlier end fits as well, which a program may find that searches forwards."""
    at = before.find(_END_SIGNATURE)
    while at >= 0:
        comment_bytes = int.from_bytes(before[at + _END.size - 2 : at + _END.size], "little")
        if at + _END.size + comment_bytes == size_bytes:
            return True
        at = before.find(_END_SIGNATURE, at + 1)
    return False


def _members(data: bytes, count: int) -> Iterator[Member]:
    at = 0
    for number in range(1, count + 1):
        if len(data) - at < _CENTRAL.size or not data.startswith(_CENTRAL_SIGNATURE, at):
            raise Damage("zip-directory", f"entry {number} of the zip directory is damaged")
        record = _CENTRAL.unpack_from(data, at)
        name_at = at + _CENTRAL.size
        extra_at = name_at + record[10]
        at = extra_at + record[11] + record[12]
        if at > len(data):
            raise Damage("zip-directory", f"entry {number} of the zip directory is cut short")
        yield _member(record, data[name_at:extra_at], data[extra_at : extra_at + record[11]])
    if at != len(data):
        raise Damage("zip-directory", f"the zip directory holds more than its {count} entries")


def _member(record: tuple[int, ...], raw_name: bytes, extra: bytes) -> Member:
    _, _, version, flags, method, time, date, crc, packed, unpacked, *rest = record
    _, _, _, disk, _, attributes, at = rest
    name = shown(raw_name.decode(errors="replace"))
    if version & 0xFF > _NEWEST_VERSION:
        raise Damage("zip-version", f"{name} needs version {version & 0xFF} of the zip format")
    if ELSEWHERE in (packed, unpacked, at):
        raise Damage("zip64", f"{name} has zip64 sizes")
    if disk != 0:
        raise Damage("multi-disk", _SPLIT)
    if not extra_is_sound(extra):
        raise Damage("zip-directory", f"the extra fields of {name} are damaged")
    return Member(
        raw_name=raw_name,
        flags=flags,
        method=method,
        crc=crc,
        packed_bytes=packed,
        unpacked_bytes=unpacked,
        mode=attributes >> 16,
        header_at=at,
        renamed=other_name(extra, raw_name),
        packed_at=(date, time),
    )
