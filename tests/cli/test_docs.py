"""Docs that can be wrong are compared with what they tell of."""

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import aslo
from aslo import cli
from aslo.config import FILE, settings, variable
from aslo.domain.causes import SENTENCES
from aslo.domain.errors import AsloError
from aslo.web.language import OFFERED, interface_languages

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOT_FOR_IMPORT = {
    *("aslo.__main__", "aslo.wsgi"),
    *("aslo.adapters.driver", "aslo.adapters.driver_packing"),
}


def read(name: str) -> str:
    return (ROOT / name).read_text()


def rows(name: str) -> list[list[str]]:
    """The rows of a page's tables, without the headings."""
    lines = [line for line in read(name).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def commands(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def every_error() -> Iterator[type[AsloError]]:
    for module in pkgutil.walk_packages(aslo.__path__, "aslo."):
        if module.name not in NOT_FOR_IMPORT:
            importlib.import_module(module.name)
    waiting: list[type[AsloError]] = [AsloError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        yield error


def test_every_setting_is_documented_as_it_is():
    expected = [
        [f"`{variable(name)}`", f"`{made.default}`" if made.default else "", made.meaning]
        for name, made in settings().items()
    ]

    assert rows("docs/configuration.md") == expected


def test_every_setting_that_may_come_from_a_file_is_named():
    named = re.findall(rf"`(ASLO_\w+){FILE}`", read("docs/configuration.md"))

    assert set(named) == {variable(name) for name, made in settings().items() if made.secret}


def test_every_error_is_documented_as_it_is():
    expected = {
        (f"`{error.code}`", error.__name__, (error.__doc__ or "").splitlines()[0], error.hint)
        for error in every_error()
        if error.__module__.startswith("aslo.")
    }

    assert {tuple(row) for row in rows("docs/errors.md")} == expected


def test_every_cause_is_documented_as_it_is():
    expected = [[f"`{reason}`", said.why, said.cure] for reason, said in SENTENCES.items()]

    assert rows("docs/why.md") == expected


def test_a_code_means_one_error():
    # A finer class of the same error takes its code over, and is not told apart outside.
    codes = [error.code for error in every_error() if "code" in vars(error)]

    assert sorted(codes) == sorted(set(codes))


def test_the_readmes_two_commands_are_the_makefiles():
    first_two = commands(read("README.md"))[:2]

    assert first_two == ["make demo", "make test"]
    assert {"demo", "test"} <= targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_command_that_a_page_shows_is_there(page):
    known = cli.COMMANDS
    for line in commands(page.read_text()):
        words = line.split()
        if words[:1] == ["make"]:
            assert words[1] in targets(), line
        if words[:1] in (["aslo"], [".venv/bin/aslo"]) and words[1:]:
            assert words[1] in known or words[1].startswith("-"), line


def test_every_target_has_its_line_of_help():
    helped = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))

    assert helped == targets()


def test_ci_runs_the_readmes_test_command():
    script = read(".ci/run")

    assert "stage check make check" in script
    assert "ASLO_TEST_REQUIRE=1 make test" in script


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_file_that_a_page_names_is_there(page):
    named = re.findall(
        r"`((?:src|docs|tests|requirements|scripts|image|deploy)/[\w./-]+)`", page.read_text()
    )

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_dependency_has_its_reason():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(each for extra in extras.values() for each in extra)]
    names = {re.split(r"[\[<>=~ ;]", each)[0].lower() for each in asked}

    assert {row[0].strip("`") for row in rows("docs/decisions/0001-dependencies.md")} == names


def test_every_command_is_in_the_readme():
    named = re.findall(r"`aslo (\w+)", read("README.md"))

    assert set(cli.COMMANDS) <= set(named)


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))


def test_decisions_are_numbered_without_a_gap():
    names = [path.name for path in DECISIONS]

    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_the_index_of_decisions_names_each_by_its_title():
    titles = [path.read_text().partition("\n")[0].removeprefix("# ") for path in DECISIONS]
    numbered = zip(DECISIONS, (each.partition(". ") for each in titles), strict=True)
    wanted = [f"| {number} | [{title}]({path.name}) |" for path, (number, _, title) in numbered]
    table = read("docs/decisions/README.md").partition("|---|---|\n")[2]

    assert table.splitlines() == wanted


def test_the_readme_counts_the_languages_of_the_site():
    told = re.search(r"the index in (\d+) languages, and .* in (\d+),", read("README.md"))

    assert told is not None
    assert (int(told[1]), int(told[2])) == (len(interface_languages()), len(OFFERED))
