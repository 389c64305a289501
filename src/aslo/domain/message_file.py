"""GNU .mo files, of which only a few messages are wanted.

Python's gettext reads all messages at once, and a hostile file can point thousands of them at
one long text; this looks up what is asked for and copies nothing else.
"""

import re
import struct
from collections.abc import Iterator

MOST_MESSAGES = 20_000
LONGEST_TEXT_BYTES = 32 * 1024
"""Room for the longest text that is kept, in any script."""
_HEADER_BYTES = 4096

_CHARSET = re.compile(rb"charset=([A-Za-z0-9_-]{1,20})")
# Python knows codecs that are no character sets, and some that are slow.
_CHARSETS = re.compile(
    r"(?:iso-?8859-?\d{1,2}|cp\d{3,4}|windows-\d{4}|koi8-[ru]|gbk?\d*|big5)", re.IGNORECASE
)


class MessageFile:
    """The messages of a .mo file; ValueError if it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}.get(data[:4], "")
        if not self._order or len(data) < 20:
            raise ValueError("not a .mo file")
        _, self._count, self._originals, self._translations = self._numbers(4, 4)
        if self._count > MOST_MESSAGES:
            raise ValueError(f"the .mo file has {self._count} messages, more than {MOST_MESSAGES}")
        last = max(self._originals, self._translations) + 8 * self._count
        if last > len(data):
            raise ValueError("the .mo file is cut short")

    def __len__(self) -> int:
        return self._count

    def get(self, message: str) -> str | None:
        """The translation of a message; None if there is none, or it cannot be decoded.

        ValueError if it is longer than any text that is kept.
        """
        wanted = message.encode()
        for number, (length, at) in enumerate(self._table(self._originals)):
            if length == len(wanted) and self._data.startswith(wanted, at):
                return self._decoded(self._text(self._translations + 8 * number))
        return None

    def translated(self) -> frozenset[bytes]:
        """Every message that has a translation, without its plural form, and without the header.

        ValueError if texts lie on one another, as thousands in a hostile file may.
        """
        found = set()
        room = len(self._data)
        places = zip(self._table(self._originals), self._table(self._translations), strict=True)
        for (length, at), (told_length, told_at) in places:
            room -= length + told_length
            if room < 0:
                raise ValueError("the texts of the .mo file lie on one another")
            told = self._data[told_at : told_at + told_length]
            if length and told.strip(b"\0"):
                found.add(self._data[at : at + length].partition(b"\0")[0])
        return frozenset(found)

    def _text(self, entry_at: int) -> bytes:
        length, at = self._numbers(entry_at, 2)
        if length > LONGEST_TEXT_BYTES:
            raise ValueError(f"a text has {length} bytes, more than {LONGEST_TEXT_BYTES}")
        return self._data[at : at + length].split(b"\0")[0]

    def _decoded(self, raw: bytes) -> str | None:
        for charset in ("utf-8", self._charset()):
            try:
                return raw.decode(charset)
            except (UnicodeDecodeError, LookupError):
                continue
        return None

    def _charset(self) -> str:
        for number, (length, _) in enumerate(self._table(self._originals)):
            if length == 0:
                _, at = self._numbers(self._translations + 8 * number, 2)
                named = _CHARSET.search(self._data[at : at + _HEADER_BYTES].split(b"\0")[0])
                charset = named[1].decode() if named else ""
                return charset if _CHARSETS.fullmatch(charset) else "utf-8"
        return "utf-8"

    def _table(self, at: int) -> Iterator[tuple[int, int]]:
        table = self._data[at : at + 8 * self._count]
        return struct.iter_unpack(f"{self._order}2I", table)

    def _numbers(self, at: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"{self._order}{count}I", self._data, at)
