"""Every problem that can be told has a kind and a page, and no page is about nothing."""

import ast
import re
from pathlib import Path

import problems
import pytest

from aslo import problem_pages
from aslo.domain.kind import Topic
from aslo.domain.problem_kinds import KINDS, by_topic
from fixtures.problem_codes import Source, UnknownCodeError

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["What", "Why", "How to cure", "Example"]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def source_of(text: str) -> Source:
    return Source({"made.py": ast.parse(text)})


def test_every_code_in_the_source_has_a_kind_and_no_kind_is_without_one():
    assert Source.below(ROOT, "src/aslo").codes() == set(KINDS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Problem('a-code', m, r)", "a-code"),
        ("domain.Problem(message=m, code='a-code')", "a-code"),
        ("CODE = 'a-code'\ndef f():\n    return Problem(CODE, m, r)", "a-code"),
        ("def f():\n    code = 'a-code'\n    return Problem(code, m, r)", "a-code"),
        ("def f(code):\n    return Problem(code, m, r)\nf('a-code')", "a-code"),
        ("def f(key):\n    g(f'a-{key}')\ndef g(code):\n    Problem(code)\nf('code')", "a-code"),
        ("class Damage:\n    def __init__(self, code):\n        Problem(code)\nDamage('z')", "z"),
        ("Problem('a-code' if odd else 'other', m, r)", "other"),
        ("Problem(f'build-{outcome.death}', m, r)", "build-time"),
    ],
)
def test_a_code_is_found_however_it_comes_to_its_problem(text, code):
    assert code in source_of(text).codes()


@pytest.mark.parametrize(
    "text",
    [
        "Problem(told.word, m, r)",
        "Problem(made(), m, r)",
        "Problem('a' + b, m, r)",
        "Problem(*given)",
        "def f(code):\n    return Problem(code, m, r)",
        "def f():\n    return Problem(nowhere, m, r)",
    ],
)
def test_a_code_that_cannot_be_followed_is_an_error(text):
    with pytest.raises(UnknownCodeError):
        source_of(text).codes()


def test_no_problem_is_made_under_another_name_or_given_another_code():
    for path in (ROOT / "src" / "aslo").rglob("*.py"):
        text = path.read_text()
        assert not re.search(r"\bProblem as \w", text), path
        assert not re.search(r"replace\([^()]*\bcode=", text), path


def test_a_title_and_a_cure_are_plain_lines():
    for kind in KINDS.values():
        assert CODE.fullmatch(kind.code)
        assert kind.title[0].isupper(), kind
        assert not kind.title.endswith("."), kind
        assert kind.cure.endswith("."), kind
        for said in (kind.title, kind.cure):
            assert len(said) <= 100, kind
            assert not set(said) & set("`<>{}\n"), kind
            assert not re.search(r"%\(|\]\(", said), kind


def test_kinds_differ_in_what_they_say():
    titles = [kind.title for kind in KINDS.values()]

    assert len(set(titles)) == len(titles)
    assert all(by_topic()[topic] for topic in Topic)


@pytest.mark.parametrize("code", problem_pages.codes())
def test_a_page_has_its_four_parts(code):
    page = problem_pages.page(code)

    assert page is not None
    assert page.startswith(f"# {KINDS[code].title}\n\n`{code}`: {KINDS[code].cure}\n\n## What\n")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == PARTS
    assert all(part.strip() for part in re.split(r"^## .*$", page, flags=re.MULTILINE))
    assert re.search(
        r"^Wrong, (in|beside) .*:\n\n```\w+\n.*?\n```\n\nRight", page, re.MULTILINE | re.DOTALL
    )
    assert page.count("\n```") == 4


def test_there_is_a_text_for_every_kind_and_for_no_other():
    texts = {path.stem for path in (ROOT / "src" / "aslo" / "problems").iterdir()}

    assert texts == set(problem_pages.codes()) == set(KINDS)


def test_the_pages_in_the_docs_are_as_they_would_be_written():
    folder = ROOT / "docs" / "problems"
    found = {path.name: path.read_text() for path in folder.iterdir()}

    assert found == problems.pages(), "run `make problems`"


def test_a_code_that_nobody_knows_has_no_page_and_leads_to_the_list():
    assert problem_pages.page("no-such-code") is None
    assert problem_pages.page("../errors") is None
    assert problem_pages.url("no-such-code", "https://a.example") == "https://a.example/problems"


def test_a_code_leads_to_its_page():
    url = problem_pages.url("no-icon", "https://a.example")

    assert url == "https://a.example/problems/no-icon"
