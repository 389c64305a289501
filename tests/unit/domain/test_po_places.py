import pytest

from aslo.domain.po_places import linfo_keys, translation_line

PO = b"""msgid ""
msgstr "Language: es\\n"

#, fuzzy
msgid "Sound"
msgstr "Sonido"

msgid ""
"Make a "
"\\"noise\\""
msgstr ""
"Haz ruido"

msgid "one"
msgid_plural "many"
msgstr[0] "uno"
"""


@pytest.mark.parametrize(
    ("text", "line"), [("Sound", 6), ('Make a "noise"', 11), ("one", 16), ("other", None)]
)
def test_the_translation_of_a_text_is_found(text, line):
    assert translation_line(PO, text) == line


def test_each_line_of_a_made_file_belongs_to_a_key():
    made = b"[Activity]\nname = a\nb\nsummary = c\n"

    assert list(linfo_keys(made)) == ["", "name", "name", "summary", "summary"]
