"""The sentences of the site: all of them in the template, and in every language, and right."""

import re
import unicodedata
from collections import defaultdict

import polib
import pytest
from babel import Locale
from translations import SITE, extracted, renewed

from aslo.web.language import OFFERED, interface_languages, translations

FILES = {path.parts[-3]: path for path in SITE.files()}
FILLED = re.compile(r"%\((\w+)\)s")
# Below a million, above which CLDR has a form more for some languages than we ask translators for.
COUNTS = (*range(1200), 10_000, 123_456, 999_999)


@pytest.fixture(params=FILES)
def lang(request):
    return request.param


@pytest.fixture
def file(lang):
    return polib.pofile(str(FILES[lang]), wrapwidth=0)


def forms(entry: polib.POEntry) -> dict[int | None, str]:
    """What stands for an entry, by the number of its plural form."""
    return dict(entry.msgstr_plural) if entry.msgid_plural else {None: entry.msgstr}


def counts_by_form(lang: str) -> dict[int, list[int]]:
    found = defaultdict(list)
    for count in COUNTS:
        found[translations(lang).plural(count)].append(count)
    return found


def test_the_template_holds_what_the_code_says_now():
    assert SITE.template.read_text() == str(extracted()), "run: make translations"


def test_a_file_is_as_the_command_writes_it(lang, file):
    again = renewed(lang, extracted(), file)

    assert FILES[lang].read_text() == str(again), "run: make translations"


def test_what_is_read_at_run_time_is_the_file(lang, file):
    assert FILES[lang].with_suffix(".mo").read_bytes() == file.to_binary(), "make translations"


@pytest.mark.parametrize(
    ("seen", "named"),
    [
        ("Download", "Download %(name)s"),
        ("Download", "Download version %(version)s"),
        ("Copy", "Copy the address of this release"),
        ("Copy", "Copy the code of the badge"),
        ("Copy", "Copy the number of this request"),
        ("Copy", "Copy the SHA-256"),
    ],
)
def test_who_says_what_a_button_shows_presses_it(lang, seen, named):
    """WCAG 2.2, 2.5.3: the name of a control contains what is read on it."""
    say = translations(lang).ugettext
    assert say(seen).casefold() in say(named).casefold()


def test_every_sentence_is_translated(file):
    assert [entry.msgid for entry in file if entry.fuzzy or not all(forms(entry).values())] == []
    assert file.obsolete_entries() == []


def test_every_sentence_keeps_what_is_filled_in(lang, file):
    one_count = {form for form, counts in counts_by_form(lang).items() if len(counts) == 1}
    for entry in file:
        asked = set(FILLED.findall(entry.msgid + entry.msgid_plural))
        for form, text in forms(entry).items():
            # "One activity" needs no digit, "0 or 1" does.
            may_lack = {"num"} if form in one_count else set()
            assert asked - may_lack <= set(FILLED.findall(text)) <= asked, text


def test_a_sentence_is_filled_in_by_name_alone():
    for entry in extracted():
        for text in (entry.msgid, entry.msgid_plural):
            # Not %(num)d, which writes Latin digits for everyone.
            assert "%" not in FILLED.sub("", text).replace("%%", ""), text
            assert not set(text) & set("<>&"), f"{text}: put markup in by %(name)s"


def test_no_translation_brings_markup_or_marks_of_direction(file):
    for entry in file:
        for text in forms(entry).values():
            rest = FILLED.sub("", text).replace("%%", "")
            assert not set(rest) & set("%<>&"), text
            assert not [c for c in rest if unicodedata.category(c) in ("Cc", "Cf")], text


def test_a_translation_begins_and_ends_as_its_sentence(file):
    def edges(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    for entry in file:
        for text in forms(entry).values():
            assert edges(text) == edges(entry.msgid), text
            assert unicodedata.is_normalized("NFC", text), text


def test_forms_for_numbers_are_those_of_cldr(lang):
    by_cldr = defaultdict(list)
    for count in COUNTS:
        by_cldr[Locale.parse(lang).plural_form(count)].append(count)

    assert sorted(counts_by_form(lang).values()) == sorted(by_cldr.values())


@pytest.mark.parametrize(
    ("lang", "count"),
    {"ar": 6, "de": 2, "es": 2, "fr": 2, "he": 3, "hi": 2, "ja": 1, "pt_BR": 2, "zh_CN": 1}.items(),
)
def test_each_language_has_as_many_forms_as_its_grammar(lang, count):
    file = polib.pofile(str(FILES[lang]))

    assert file.metadata["Plural-Forms"].startswith(f"nplurals={count};")
    assert {len(entry.msgstr_plural) for entry in file if entry.msgid_plural} == {count}


def test_the_site_speaks_the_languages_of_sugars_schools():
    asked = {"ar", "de", "en", "es", "fr", "he", "hi", "pt_BR", "qu", "sw", "ur", "zh_CN"}

    assert asked <= set(interface_languages()) == {"en", *FILES}
    assert set(interface_languages()) <= set(OFFERED)
