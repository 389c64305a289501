"""Unpack one entry of a zip file, within what it declares and no further."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from aslo.domain.shown import shown
from aslo.domain.zip_headers import Span
from aslo.domain.zip_records import Damage, Member

STORED = 0
DEFLATED = 8

_CHUNK_BYTES = 64 * 1024


def unpack(file: BinaryIO, span: Span) -> Iterator[bytes]:
    """The contents in chunks; Damage unless they have the size and checksum declared."""
    member = span.member
    left, crc = member.unpacked_bytes, 0
    for chunk in _contents(file, span):
        left -= len(chunk)
        if left < 0:
            break
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if left != 0 or crc != member.crc:
        raise _damaged(member, "is not what the zip directory says")


def _contents(file: BinaryIO, span: Span) -> Iterator[bytes]:
    file.seek(span.data_at)
    if span.member.method == STORED:
        yield from _packed(file, span)
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    taken = 0
    for packed in _packed(file, span):
        taken += len(packed)
        try:
            yield from _inflated(inflate, packed)
        except zlib.error as error:
            raise _damaged(span.member, f"cannot be unpacked: {error}") from error
        if inflate.eof:
            break
    if not inflate.eof or inflate.unused_data or taken != span.member.packed_bytes:
        raise _damaged(span.member, "does not end where it should")


def _inflated(inflate: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    while chunk := inflate.decompress(packed, _CHUNK_BYTES):
        yield chunk
        packed = inflate.unconsumed_tail


def _packed(file: BinaryIO, span: Span) -> Iterator[bytes]:
    left = span.member.packed_bytes
    while left > 0 and (chunk := file.read(min(left, _CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk


def _damaged(member: Member, how: str) -> Damage:
    return Damage("damaged-entry", f"{shown(member.name)} {how}")
