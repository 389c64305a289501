"""The local headers of a zip file, which some programs go by and others never look at."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from aslo.domain.shown import shown
from aslo.domain.zip_records import (
    DESCRIPTOR,
    ELSEWHERE,
    ENCRYPTED,
    MASKED,
    PATCHED,
    STRONGLY_ENCRYPTED,
    UTF8_NAME,
    ZIP64_FIELD,
    Damage,
    Member,
    extra_field,
    extra_is_sound,
    other_name,
    read_at,
)

# The other bits only say how hard the packer tried.
_MEANINGFUL_FLAGS = ENCRYPTED | DESCRIPTOR | PATCHED | STRONGLY_ENCRYPTED | UTF8_NAME | MASKED

_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_DESCRIPTOR_SIGNATURE = b"PK\x07\x08"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a member lies: its header, its data, and the end of all that belongs to it."""

    member: Member
    data_at: int
    ends_at: int


def locate(file: BinaryIO, member: Member, limit: int) -> Span:
    """Where a member lies, if its local header agrees with the directory; or raise Damage."""
    fixed = read_at(file, member.header_at, _LOCAL.size) if member.header_at < limit else b""
    if len(fixed) < _LOCAL.size or not fixed.startswith(_LOCAL_SIGNATURE):
        raise Damage("zip-header", f"{shown(member.name)} has no local header in the zip file")
    _, _, flags, method, _, _, *sizes, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
    tail = file.read(name_bytes + extra_bytes)
    if len(tail) < name_bytes + extra_bytes:
        raise Damage("zip-header", f"the local header of {shown(member.name)} is cut short")
    name, extra = tail[:name_bytes], tail[name_bytes:]
    if not extra_is_sound(extra):
        message = f"the extra fields in the local header of {shown(member.name)} are damaged"
        raise Damage("zip-header", message)
    local = (name, flags & _MEANINGFUL_FLAGS, method)
    listed = (member.raw_name, member.flags & _MEANINGFUL_FLAGS, member.method)
    if local != listed or other_name(extra, name) or not _sizes_agree(sizes, extra, member):
        raise _mismatch(member, "its header")
    data_at = member.header_at + _LOCAL.size + len(tail)
    data_end = data_at + member.packed_bytes
    zip64 = ELSEWHERE in sizes
    return Span(member, data_at, data_end + _descriptor_bytes(file, member, data_end, zip64=zip64))


def _sizes_agree(sizes: Sequence[int], extra: bytes, member: Member) -> bool:
    crc, packed, unpacked = sizes
    if ELSEWHERE in (packed, unpacked):
        packed, unpacked = _zip64_sizes(extra)
    local = (crc, packed, unpacked)
    listed = (member.crc, member.packed_bytes, member.unpacked_bytes)
    if not member.flags & DESCRIPTOR:
        return local == listed
    # A writer that streams leaves open what it does not know yet, and says so by a descriptor
    # behind the data; Info-ZIP knows how long a file is, and nothing else.
    return all(said in (0, known) for said, known in zip(local, listed, strict=True))


def _zip64_sizes(extra: bytes) -> tuple[int, int]:
    """What a writer says who did not know, when it began, how long a file would be."""
    field = extra_field(extra, ZIP64_FIELD)
    if len(field) < 16:
        return ELSEWHERE, ELSEWHERE
    unpacked, packed = struct.unpack_from("<QQ", field)
    return packed, unpacked


def _descriptor_bytes(file: BinaryIO, member: Member, at: int, *, zip64: bool) -> int:
    """How long the data descriptor is; it must repeat what the directory says."""
    if not member.flags & DESCRIPTOR:
        return 0
    found = read_at(file, at, 24)
    sizes = "<LQQ" if zip64 else "<LLL"
    plain = struct.pack(sizes, member.crc, member.packed_bytes, member.unpacked_bytes)
    for expected in (_DESCRIPTOR_SIGNATURE + plain, plain):
        if found.startswith(expected):
            return len(expected)
    raise _mismatch(member, "the words behind its data")


def _mismatch(member: Member, other: str) -> Damage:
    message = f"{shown(member.name)} is described in two ways, by the directory and by {other}"
    return Damage("zip-mismatch", message)
