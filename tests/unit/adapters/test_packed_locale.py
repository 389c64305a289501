"""A translation that no Python could use is left out, and says so."""

import pytest

from aslo.adapters.gettext_po import BadTranslationError
from aslo.adapters.packed_info import PackedInfo
from aslo.adapters.packed_locale import locale_entries

INFO = PackedInfo("Paint", "org.example.Paint", "1", "Draw")
TRANSLATION = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural={};\\n"

msgid "Paint"
msgstr "Malen"
"""


def made(plural: str, tmp_path) -> dict[str, bytes]:
    source = TRANSLATION.format(plural).encode()
    entries = locale_entries("po/de.po", source, INFO, tmp_path / "scratch.po")
    return {entry.name: entry.content for entry in entries}


def test_a_catalog_and_the_activitys_own_words_are_made(tmp_path):
    words = made("(n != 1)", tmp_path)["locale/de/activity.linfo"]

    assert words == b"[Activity]\nname = Malen\nsummary = Draw\n"


@pytest.mark.parametrize("plural", ["n / 0", "n % (n - 1)", "n != !1", "import os", "(" * 99])
def test_a_plural_rule_that_cannot_be_computed_is_no_translation(plural, tmp_path):
    with pytest.raises(BadTranslationError, match="Python cannot read its catalog"):
        made(plural, tmp_path)
