"""Writes into docs/security.md which tests prove which of its cases: `make cases`.

A test says so itself, by `@pytest.mark.case("D04")`. The last column of the tables between the
marks is written here; every other word of the page is written by hand.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
TESTS = ROOT / "tests"

MISSING = "**missing**"
MARKED = re.compile(r"(?<=<!-- cases -->\n).*?(?=<!-- /cases -->)", re.DOTALL)
CASE = re.compile(r"^\| ([A-Z]\d\d) \|", re.MULTILINE)
ROW = re.compile(r"^(?P<told>\| (?P<case>[A-Z]\d\d) \|.*\|)[^|\n]*\|$", re.MULTILINE)


class Proof(NamedTuple):
    """A test, and a case that it says it proves."""

    case: str
    file: str
    test: str

    @property
    def link(self) -> str:
        """The sentence that the test is, leading to its file."""
        sentence = self.test.removeprefix("test_").replace("_", " ")
        return f"[{sentence}](../{self.file})"


def proofs(folder: Path = TESTS) -> list[Proof]:
    """Every case that a test below a folder is marked with, by file and place in it."""
    return [proof for path in sorted(folder.rglob("test_*.py")) for proof in _in_file(path)]


def cases(page: str) -> list[str]:
    """The cases that the tables of a page tell of."""
    return [case for table in MARKED.findall(page) for case in CASE.findall(table)]


def unproved(page: str, found: list[Proof]) -> list[str]:
    """The cases of a page that no test proves."""
    proved = {proof.case for proof in found}
    return [case for case in cases(page) if case not in proved]


def written(page: str, found: list[Proof]) -> str:
    """The page with its columns of tests as the marks are now."""

    def renewed(row: re.Match[str]) -> str:
        links = [proof.link for proof in found if proof.case == row["case"]]
        return f"{row['told']} {'; '.join(links) or MISSING} |"

    return MARKED.sub(lambda table: ROW.sub(renewed, table[0]), page)


def _in_file(path: Path) -> Iterator[Proof]:
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            marks = [mark for each in node.decorator_list for mark in _marked(each)]
            yield from (Proof(case, name, node.name) for case in sorted(marks))


def _marked(decorator: ast.expr) -> list[str]:
    """The cases that a decorator names; none if it is another one."""
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "pytest.mark.case":
        return []
    return [ast.literal_eval(argument) for argument in decorator.args]


def main() -> int:
    """Bring the page up to the marks, and say what is still without a proof."""
    page, found = PAGE.read_text(), proofs()
    PAGE.write_text(written(page, found))
    missing = unproved(page, found)
    print(f"{len(cases(page))} cases, {len(missing)} without a test: {' '.join(missing)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
