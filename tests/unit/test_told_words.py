"""What developers are told: all of it in the template, and in every language, and right."""

import re
import unicodedata

import polib
import pytest
from translations import DEVELOPERS, renewed, told

from aslo.adapters.words_gettext import GettextWords
from aslo.domain import check_message, message
from aslo.domain.build import BuildState
from aslo.domain.problem import Problem, Severity
from aslo.domain.problem_kinds import KINDS
from aslo.domain.voice import ENGLISH, Voice
from fakes.values import BUILD_ENDS, a_build, a_check, a_head

FILES = {path.parts[-3]: path for path in DEVELOPERS.files()}
FILLED = re.compile(r"%\((\w+)\)s")
# What GitHub's Markdown could take for more than words.
ACTIVE = set("`*_[]<>&@#~|\\")
URL = "https://aslo.example/builds/b1"


@pytest.fixture(params=FILES)
def lang(request):
    return request.param


@pytest.fixture
def file(lang):
    return polib.pofile(str(FILES[lang]), wrapwidth=0)


def test_the_template_holds_what_is_said_now():
    assert DEVELOPERS.template.read_text() == str(told()), "run: make translations"


def test_a_file_is_as_the_command_writes_it(lang, file):
    assert FILES[lang].read_text() == str(renewed(lang, told(), file)), "run: make translations"
    assert FILES[lang].with_suffix(".mo").read_bytes() == file.to_binary(), "make translations"


def test_every_sentence_is_translated_and_keeps_what_is_filled_in(file):
    for entry in file:
        assert entry.msgstr, entry.msgid
        assert not entry.fuzzy
        assert set(FILLED.findall(entry.msgid)) == set(FILLED.findall(entry.msgstr)), entry.msgid


def test_no_translation_acts_where_its_sentence_does_not(file):
    for entry in file:
        assert set(FILLED.sub("", entry.msgstr)) & ACTIVE <= set(entry.msgid), entry.msgstr
        marks = [c for c in entry.msgstr if unicodedata.category(c) in ("Cc", "Cf")]
        assert not marks, entry.msgstr
        assert unicodedata.is_normalized("NFC", entry.msgstr), entry.msgstr
        assert len(entry.msgstr.encode()) < 600, entry.msgstr


def test_developers_may_choose_these_languages():
    assert set(GettextWords().languages) >= {"en", "es", "fr", "hi", "pt_BR"}
    assert set(GettextWords().languages) == {"en", *FILES}


def test_a_voice_that_is_not_there_is_that_of_english(tmp_path):
    assert GettextWords().voice("pt").lang == "pt_BR"
    assert GettextWords().voice("ja") is ENGLISH
    assert GettextWords(tmp_path).languages == ("en",)


def test_every_sentence_that_is_said_is_in_the_template():
    known = {entry.msgid for entry in told()}
    said = set()

    def find(text):
        said.add(text)
        return text

    voice = Voice("xx", find)
    problems = [Problem("x", "odd", "Mend it.", severity=each) for each in Severity] * 20
    for state in BuildState:
        for found in ([], problems):
            check = a_check(state=state, problems=tuple(found))
            check_message.final_title(check, voice)
            check_message.final_summary(check, URL, URL, voice)
            if state in BUILD_ENDS:
                build = a_build(state=state, problems=tuple(found))
                message.final_comment(build, URL, URL, URL, voice)
                message.final_status(build, voice)
    check_message.started_title(a_check(head=a_head(pull_request=3)), voice)
    check_message.started_summary(URL, voice)
    message.started_comment(a_build(), URL, voice)
    message.started_status(a_build(), voice)
    assert said <= known
    assert len(said) > 15
    assert {text for kind in KINDS.values() for text in (kind.title, kind.cure)} < known
