"""What a repository says of the language of its messages."""

import pytest

from aslo.domain.problem import Severity
from aslo.domain.settings import wished_language

LANGUAGES = ("en", "es", "fr", "hi", "pt_BR")


def wish(text):
    return wished_language(text.encode(), LANGUAGES)


@pytest.mark.parametrize(
    ("written", "got"),
    [
        ("es", "es"),
        ("es-UY", "es"),
        ("pt_br", "pt_BR"),
        ("pt", "pt_BR"),
        ("en", "en"),
        ("en-GB", "en"),
        ("qu", "es"),
    ],
)
def test_a_wish_gets_the_nearest_language_there_is(written, got):
    assert wish(f'[messages]\nlanguage = "{written}"') == wish(f'messages.language = "{written}"')
    assert wish(f'[messages]\nlanguage = "{written}"').lang == got


@pytest.mark.parametrize("written", ["tlh", "", "no language", "es/../fr", "e" * 5000])
def test_a_wish_that_cannot_be_met_is_told_with_its_line_and_what_there_is(written):
    found = wish(f'[build]\nrun-setup = true\n[messages]\nlanguage = "{written}"\n')

    assert found.lang == ""
    [problem] = found.problems
    assert (problem.code, problem.severity) == ("unknown-language", Severity.WARNING)
    assert problem.place == ".aslo.toml:4"
    assert "en, es, fr, hi, pt_BR" in problem.remedy
    assert len(problem.message) < 100


@pytest.mark.parametrize(
    "text",
    ["", "[messages]", "[messages]\nlanguage = 3", "messages = 1", "[[", "a" * 9, "= [" * 9999],
)
def test_no_wish_is_no_problem_here(text):
    assert wish(text) == wish("")


def test_a_wish_is_heard_beside_what_the_build_will_refuse():
    assert wish('oops = 1\n[messages]\nlanguage = "hi"').lang == "hi"
