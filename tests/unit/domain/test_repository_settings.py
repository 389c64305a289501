import pytest

from aslo.domain.errors import BuildFailedError
from aslo.domain.problem import Problem
from aslo.domain.settings import RepositorySettings


def refused(text: str | bytes) -> list[Problem]:
    with pytest.raises(BuildFailedError) as caught:
        RepositorySettings.parse(text.encode() if isinstance(text, str) else text)
    assert all(problem.file == ".aslo.toml" for problem in caught.value.problems)
    assert all(problem.remedy for problem in caught.value.problems)
    return list(caught.value.problems)


@pytest.mark.parametrize("text", ["", "[build]\n", "[build]\nrun-setup = false\n", "# nothing\n"])
def test_a_repository_that_asks_for_nothing_gets_the_stores_packing(text: str):
    assert RepositorySettings.parse(text.encode()) == RepositorySettings(run_setup=False)


def test_a_repository_may_ask_for_its_own_setup():
    assert RepositorySettings.parse(b"[build]\nrun-setup = true\n").run_setup


def test_every_unknown_name_is_told_with_its_line():
    problems = refused("[build]\nrun-setup = 1\nfast = true\n\n[deploy]\nto = 'moon'\n")

    assert [problem.line for problem in problems] == [2, 3, 5]
    assert [word in str(p) for word, p in zip(("1", "'fast'", "'deploy'"), problems, strict=True)]


def test_a_key_outside_its_table_is_told():
    (problem,) = refused("\nrun-setup = true\n")

    assert problem.line == 2
    assert "'run-setup'" in problem.message


@pytest.mark.parametrize(
    ("text", "line"),
    [("[build\n", 1), ("[build]\nrun-setup = yes\n", 2), ("[build]\n[build]\n", 2)],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int):
    (problem,) = refused(text)

    assert problem.line == line
    assert "TOML" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        f"[build]\nrun-setup = {'1' * 5000}",
        f"[build]\nrun-setup = {'[' * 20_000}",
        f"[build]\nrun-setup = 0x{'f' * 5000}",
    ],
    ids=["long number", "deep nesting", "long hexadecimal number"],
)
def test_what_pythons_own_reader_gives_up_on_is_a_problem_like_any_other(text: str):
    (problem,) = refused(text)

    assert problem.code == "bad-settings"
    assert len(str(problem)) < 200


def test_bytes_that_are_no_utf8_are_told_with_their_line():
    (problem,) = refused(b"[build]\nname = '\xe9'\n")

    assert (problem.line, problem.message) == (2, "it is not UTF-8")


def test_a_build_that_is_no_table_is_told():
    (problem,) = refused("build = 3\n")

    assert problem.line == 1


def test_both_tables_are_read():
    read = RepositorySettings.parse(b'[build]\nrun-setup = true\n[messages]\nlanguage = "fr"')

    assert (read.run_setup, read.language) == (True, "fr")


@pytest.mark.parametrize(
    ("text", "told", "cure"),
    [
        ("[messages]\nlanguage = 3", "language must be a text, got 3", 'language = "es"'),
        ("[messages]\nlang = 'es'", "knows no 'lang' in [messages]", "[messages] is language"),
        ("[build]\nrun-setup = 1", "must be true or false, got 1", "run-setup = true"),
        ("# one\n[mesages]", "knows no 'mesages' here", "[build], [check], [messages]"),
    ],
)
def test_each_fault_has_a_cure_of_its_own(text: str, told: str, cure: str):
    (problem,) = refused(text)

    assert told in problem.message
    assert cure in problem.remedy
    assert problem.line == 2
