"""The records of a zip file, read strictly: its end, its directory, its local headers.

Python's zipfile forgives what this must not: it finds a directory behind other data, and it
trusts the directory without a look at the local headers that other programs go by.
The format is PKWARE's APPNOTE.TXT.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Problem
from aslo.domain.shown import shown

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 16 * 1024**2

REBUILD = "Build the bundle again with `python3 setup.py dist_xo` and attach that file."

ENCRYPTED = 0x0001
DESCRIPTOR = 0x0008
PATCHED = 0x0020
STRONGLY_ENCRYPTED = 0x0040
UTF8_NAME = 0x0800
MASKED = 0x2000
# The other bits only say how hard the packer tried.
MEANINGFUL_FLAGS = ENCRYPTED | DESCRIPTOR | PATCHED | STRONGLY_ENCRYPTED | UTF8_NAME | MASKED

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR_BYTES = 20
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"
_LONGEST_COMMENT = 0xFFFF
_ELSEWHERE = 0xFFFFFFFF
# 6.3, the newest that Python's zipfile takes.
_NEWEST_VERSION = 63
_ZIP64_FIELD = 0x0001
_UNICODE_NAME_FIELD = 0x7075


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

    @property
    def name(self) -> str:
        """The name, with an escape for each byte that is not UTF-8."""
        return self.raw_name.decode(errors="backslashreplace")

    @property
    def is_folder(self) -> bool:
        return self.raw_name.endswith(b"/")


@dataclass(frozen=True, slots=True)
class Directory:
    """What the end of the file says of the directory, and the members listed there."""

    starts_at: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a member lies: its header, its data, and the end of all that belongs to it."""

    member: Member
    data_at: int
    ends_at: int


class Damage(Exception):  # noqa: N818  # never leaves this folder: it becomes a problem
    """A record that cannot be what its writer meant."""

    def __init__(self, code: str, message: str, remedy: str = REBUILD) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, remedy)


def read_directory(file: BinaryIO, size_bytes: int) -> Directory:
    """Read the directory, or raise BadBundleError with the one thing that prevents it."""
    try:
        starts_at, length, count = _find_directory(file, size_bytes)
        data = _read(file, starts_at, length)
        return Directory(starts_at, tuple(_members(data, count)))
    except Damage as damage:
        raise BadBundleError([damage.problem]) from damage


def locate(file: BinaryIO, member: Member, limit: int) -> Span:
    """Where a member lies, if its local header agrees with the directory; or raise Damage."""
    fixed = _read(file, member.header_at, _LOCAL.size) if member.header_at < limit else b""
    if len(fixed) < _LOCAL.size or not fixed.startswith(_LOCAL_SIGNATURE):
        raise Damage("zip-header", f"{shown(member.name)} has no local header in the zip file")
    _, _, flags, method, _, _, crc, packed, unpacked, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
    tail = file.read(name_bytes + extra_bytes)
    if len(tail) < name_bytes + extra_bytes:
        raise Damage("zip-header", f"the local header of {shown(member.name)} is cut short")
    extra = tail[name_bytes:]
    zip64 = _ELSEWHERE in (packed, unpacked)
    if zip64:
        unpacked, packed = _zip64_sizes(extra, unpacked, packed)
    local = (tail[:name_bytes], flags & MEANINGFUL_FLAGS, method)
    renamed = _other_name(extra, tail[:name_bytes])
    listed = (member.raw_name, member.flags & MEANINGFUL_FLAGS, member.method)
    sizes = (crc, packed, unpacked)
    if local != listed or renamed or not _sizes_agree(sizes, member):
        raise Damage(
            "zip-mismatch",
            f"{shown(member.name)} is described in two ways, by the directory and by its header",
        )
    data_at = member.header_at + _LOCAL.size + len(tail)
    data_end = data_at + member.packed_bytes
    return Span(member, data_at, data_end + _descriptor_bytes(file, member, data_end, zip64=zip64))


def _find_directory(file: BinaryIO, size_bytes: int) -> tuple[int, int, int]:
    tail_at = max(0, size_bytes - _END.size - _LONGEST_COMMENT)
    tail = _read(file, tail_at, size_bytes - tail_at)
    found = tail.rfind(_END_SIGNATURE)
    if found < 0 or len(tail) - found < _END.size:
        raise Damage(
            "not-a-zip", f"the bundle is no zip file, or is cut short ({size_bytes} bytes)"
        )
    end = _END.unpack_from(tail, found)
    _, disk, directory_disk, count_here, count, length, starts_at, comment_bytes = end
    if found + _END.size + comment_bytes != len(tail):
        raise Damage("stray-bytes", "the zip file has other data behind its end")
    before = tail[max(0, found - _LOCATOR_BYTES) : found]
    if before.startswith(_LOCATOR_SIGNATURE) or 0xFFFF in (disk, count) or starts_at == _ELSEWHERE:
        raise Damage("zip64", "the bundle is a zip64 file, which none of its size needs to be")
    if (disk, directory_disk, count_here) != (0, 0, count):
        raise Damage("multi-disk", "the bundle is one part of a zip file split over several disks")
    if count > MAX_ENTRIES or length > MAX_DIRECTORY_BYTES:
        raise Damage(
            "too-many-entries",
            f"the bundle has {count} entries, more than {MAX_ENTRIES}",
            "Leave files out that learners do not need.",
        )
    if starts_at + length != tail_at + found:
        raise Damage("stray-bytes", "the zip file has other data before its start or its end")
    return starts_at, length, count


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
    _, _, version, flags, method, _, _, crc, packed, unpacked, *rest = record
    _, _, _, disk, _, attributes, at = rest
    name = shown(raw_name.decode(errors="replace"))
    if version & 0xFF > _NEWEST_VERSION:
        raise Damage("zip-version", f"{name} needs version {version & 0xFF} of the zip format")
    if _ELSEWHERE in (packed, unpacked, at):
        raise Damage("zip64", f"{name} has zip64 sizes")
    if disk != 0:
        raise Damage("multi-disk", "the bundle is one part of a zip file split over several disks")
    if not _extra_is_sound(extra):
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
        renamed=_other_name(extra, raw_name),
    )


def _other_name(extra: bytes, name: bytes) -> bool:
    """Whether the field that newer programs go by gives another name."""
    return _extra_field(extra, _UNICODE_NAME_FIELD)[5:] not in (b"", name)


def _extra_is_sound(extra: bytes) -> bool:
    """Whether each extra field ends within them all; Python's zipfile insists on it."""
    at = 0
    while len(extra) - at >= 4:
        at += 4 + struct.unpack_from("<H", extra, at + 2)[0]
    return at <= len(extra)


def _extra_field(extra: bytes, wanted: int) -> bytes:
    """The first extra field with that id; empty if there is none."""
    at = 0
    while len(extra) - at >= 4:
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _zip64_sizes(extra: bytes, unpacked: int, packed: int) -> tuple[int, int]:
    """The sizes of a writer that did not know, when it began, how long a file would be."""
    field = _extra_field(extra, _ZIP64_FIELD)
    if len(field) < 16:
        return unpacked, packed
    large = struct.unpack_from("<QQ", field)
    return large[0], large[1]


def _sizes_agree(local: tuple[int, int, int], member: Member) -> bool:
    listed = (member.crc, member.packed_bytes, member.unpacked_bytes)
    if local == listed:
        return True
    # A writer that streams leaves them open, and says so by a descriptor behind the data.
    return bool(member.flags & DESCRIPTOR) and local == (0, 0, 0)


def _descriptor_bytes(file: BinaryIO, member: Member, at: int, *, zip64: bool) -> int:
    """How long the data descriptor is; it must repeat what the directory says."""
    if not member.flags & DESCRIPTOR:
        return 0
    found = _read(file, at, 24)
    sizes = "<LQQ" if zip64 else "<LLL"
    plain = struct.pack(sizes, member.crc, member.packed_bytes, member.unpacked_bytes)
    for expected in (_DESCRIPTOR_SIGNATURE + plain, plain):
        if found.startswith(expected):
            return len(expected)
    raise Damage(
        "zip-mismatch",
        f"{shown(member.name)} is described in two ways, by the directory and behind its data",
    )


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
