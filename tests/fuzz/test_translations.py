"""A damaged translation compiles to one that can be read, or is refused as a bad translation."""

from pathlib import Path

import pytest

from aslo.adapters.gettext_po import BadTranslationError
from aslo.adapters.packed_info import PackedInfo
from aslo.adapters.packed_locale import locale_entries
from aslo.domain.message_file import MessageFile
from fixtures.bundles import message_file
from fixtures.mutations import damaged, survive

INFO = PackedInfo("Paint", "org.example.Paint", "1", "Draw with friends")
SOURCE = """# a comment
msgid ""
msgstr ""
"POT-Creation-Date: 2020-01-01 00:00+0000\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=n==1 ? 0 : n%10>=2 && (n%100<10 || n/2>20) ? 1 : 2;\\n"

#: activity.py:1
msgid "Paint"
msgstr "Malén"

#, fuzzy, python-format
#| msgid "old"
msgid "%d star"
msgid_plural "%d stars"
msgstr[0] "%d Stern"
msgstr[1] "%d Sterne"

msgctxt "menu"
msgid "a\\tb"
"more"
msgstr "c"

#~ msgid "gone"
#~ msgstr "weg"
""".encode()
WORDS = (
    b'"', b"\\", b"\\n", b"\\x41", b"\n", b"\r", b"\0", b"\x0c", b"\x1c", b"\xc2\x85",
    b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"msgid ", b"msgstr ", b"msgstr[0] ", b"msgstr[99] ",
    b"msgstr[\xd9\xa3] ", b"msgid_plural ", b"msgctxt ", b"#", b"#~ ", b"#| ", b"#, fuzzy\n",
    b"#. ", b"#: a.py:99999999999", b"nplurals=9999999999", b"plural=n/0", b"plural=!", b"((((",
    b"?", b"1:", b"charset=utf-16", b"charset=utf-7", b"charset=idna", b"charset=punycode",
    b"charset=rot13", b"charset=hex", b"charset=undefined", b"charset=unicode_escape",
    b"charset=ISO-8859-1", b"charset=mbcs",
)  # fmt: skip
CATALOGS = [
    message_file({"Paint": "Malen", "Draw with friends": "Zeichne"}),
    message_file({"Paint": "Pintá"}, ">", "iso-8859-1"),
]
CATALOG_WORDS = (
    b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\x20\x4e\0\0", b"charset=utf-16\n",
    b"charset=gb2312\n", b"charset=cp037\n", b"charset=koi8-r\n", b"charset=iso-8859-99\n",
    b"charset=big5\n",
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("translations") / "scratch.po"


def test_damaged_translations_always_get_a_verdict(scratch):
    def verdict(data: bytes) -> bool:
        try:
            catalog, _ = locale_entries("po/de.po", data, INFO, scratch)
        except BadTranslationError:
            return False
        return len(MessageFile(catalog.content)) > 0

    inputs = damaged("translations", [SOURCE], count=5_000, words=WORDS)

    assert survive("translations", verdict, inputs) > 100


def catalog_verdict(data: bytes) -> bool:
    try:
        file = MessageFile(data)
        found = [file.get(message) for message in ("Paint", "Draw with friends", "")]
    except ValueError:
        return False
    return any(found)


def test_damaged_catalogs_give_a_text_or_nothing():
    inputs = damaged("catalogs", CATALOGS, count=5_000, words=CATALOG_WORDS)

    assert survive("catalogs", catalog_verdict, inputs) > 500
