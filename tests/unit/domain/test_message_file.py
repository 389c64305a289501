import struct

import pytest

from aslo.domain.message_file import MessageFile
from fixtures.bundles import message_file


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_message_is_found_in_either_byte_order(order):
    messages = MessageFile(message_file({"Paint": "Malen", "Draw": "Zeichnen"}, order))

    assert messages.get("Paint") == "Malen"
    assert messages.get("Draw") == "Zeichnen"
    assert messages.get("Pain") is None
    assert len(messages) == 3


@pytest.mark.parametrize("charset", ["iso-8859-1", "cp1252", "UTF-8"])
def test_the_declared_charset_is_used(charset):
    assert MessageFile(message_file({"a": "Käse"}, charset=charset)).get("a") == "Käse"


@pytest.mark.parametrize("charset", ["punycode", "idna", "rot13", "utf-16-le", "unknown-1"])
def test_a_charset_that_is_none_gives_nothing(charset):
    data = message_file({"a": "Käse"}, charset="iso-8859-1").replace(
        b"iso-8859-1", charset.encode().ljust(10)
    )

    assert MessageFile(data).get("a") is None


def test_a_plural_gives_its_first_form():
    assert MessageFile(message_file({"one\0many": "eins\0viele"})).get("one\0many") == "eins"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xde\x12\x04\x95",
        b"PK\x03\x04" + bytes(40),
        message_file({"a": "b"})[:40],
        struct.pack("<5I", 0x950412DE, 0, 10**9, 28, 28),
        struct.pack("<5I", 0x950412DE, 0, 1, 0xFFFFFFF0, 28) + bytes(99),
    ],
)
def test_what_is_no_message_file_is_refused(data):
    with pytest.raises(ValueError, match="mo file"):
        MessageFile(data)


def test_a_table_that_points_outside_gives_an_empty_text():
    data = bytearray(message_file({"a": "b"}))
    struct.pack_into("<2I", data, 28 + 16 + 8, 5, 10**9)

    assert MessageFile(bytes(data)).get("a") == ""


def test_a_text_over_the_limit_is_refused_uncopied():
    messages = MessageFile(message_file({"a": "b" * 40_000, "c": "d"}))

    with pytest.raises(ValueError, match="40000 bytes"):
        messages.get("a")
    assert messages.get("c") == "d"


class Watched(bytes):
    """Bytes that note how often a part of them is copied."""

    copies = 0

    def __getitem__(self, key):
        self.copies += 1
        return super().__getitem__(key)


def test_entries_as_long_as_the_message_are_told_apart_without_copies():
    length, count = 9, 1_000
    table = struct.pack("<2I", length, 28) * count
    start = 28 + length + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start, 0, 0)
    data = Watched(head + b"x" * length + b"\0" + table)

    assert MessageFile(data).get("y" * length) is None
    assert data.copies < 10
