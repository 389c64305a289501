"""How complete translations are, counted in the bundle."""

import io
import struct

import pytest

from aslo.domain.archive import open_archive
from aslo.domain.completeness import Completeness
from aslo.domain.info import read_info
from aslo.domain.message_file import MessageFile
from aslo.domain.message_template import asked_messages
from aslo.domain.translations import read_translations
from fixtures.bundles import bundle, info, message_file

MO = "LC_MESSAGES/org.example.Paint.mo"
TEMPLATE = """# A comment, and "no message"
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#: activity/activity.info:2
msgid "Paint"
msgstr ""

msgctxt "a verb"
msgid "Draw"
msgstr ""

msgid "%d line"
msgid_plural "%d lines"
msgstr[0] ""
msgstr[1] ""

msgid ""
"Two \\"long\\"\\n"
"lines"
msgstr ""

#~ msgid "Gone"
#~ msgstr ""
"""
ALL = {
    "Paint": "Malen",
    "a verb\4Draw": "Zeichnen",
    "%d line\0%d lines": "%d Linie\0%d Linien",
    'Two "long"\nlines': "Zwei\nlange",
}


def counted(files, template=TEMPLATE):
    """What is counted of a bundle with catalogs by language."""
    packed = {f"locale/{lang}/{MO}": message_file(messages) for lang, messages in files.items()}
    if template is not None:
        packed["po/Paint.pot"] = template
    archive = open_archive(io.BytesIO(bundle(info(), packed)))
    found, _ = read_translations(archive, read_info(archive.read("activity/activity.info"))[0])
    return found.completeness


def test_a_template_names_its_messages_as_a_catalog_does():
    assert asked_messages(TEMPLATE.encode()) == {
        b"Paint",
        b"a verb\4Draw",
        b"%d line",
        b'Two "long"\nlines',
    }


def test_what_is_translated_is_counted_against_the_template():
    some = {"Paint": "Peindre", "a verb\4Draw": "", "Old words": "Vieux mots"}

    assert counted({"de": ALL, "fr": some}) == (
        Completeness("de", 4, 4),
        Completeness("fr", 1, 4),
    )


def test_a_plural_without_any_form_is_not_translated():
    assert counted({"de": {**ALL, "%d line\0%d lines": "\0"}}) == (Completeness("de", 3, 4),)


@pytest.mark.parametrize("template", [None, "", "this is no template", 'msgid "unclosed'])
def test_without_a_template_it_is_what_any_language_has(template):
    found = counted({"de": {"a": "x", "b": "y"}, "fr": {"b": "z", "c": "z"}}, template)

    assert found == (Completeness("de", 2, 3), Completeness("fr", 2, 3))


def test_a_language_with_nothing_translated_is_not_there():
    assert counted({"de": {}, "fr": {"Old words": "Vieux mots"}}) == ()


def test_a_hundred_percent_is_said_of_what_is_whole_alone():
    assert Completeness("de", 999, 1000).percent == 99
    assert not Completeness("de", 999, 1000).is_whole
    assert Completeness("de", 3, 3).percent == 100
    assert Completeness("de", 0, 0).percent == 0


def test_texts_that_lie_on_one_another_are_not_copied_a_thousand_times():
    count, text = 5000, b"m" * 30_000
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    entry = struct.pack("<2I", len(text), 28 + 16 * count)

    with pytest.raises(ValueError, match="lie on one another"):
        MessageFile(head + entry * 2 * count + text).translated()


def test_of_a_huge_template_the_first_messages_are_taken():
    lines = "".join(f'msgid "m{number}"\nmsgstr ""\n' for number in range(50_000))

    assert 20_000 <= len(asked_messages(lines.encode())) < 20_005
