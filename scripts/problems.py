"""Writes docs/problems/, a page for every kind of problem and their list: `make problems`.

What the pages say is in src/aslo/problems/ and in src/aslo/domain/problem_kinds.py.
"""

import sys
from pathlib import Path

from aslo.domain.problem_kinds import by_topic
from aslo.problem_pages import codes, page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "problems"
INDEX = "README.md"

_INTRODUCTION = """\
# Problems and their cures

Every problem that the store finds in a release has a code, and every code a page: what it is,
why it matters, how to cure it, and an example. These pages are written by `make problems`.
"""


def pages() -> dict[str, str]:
    """The files of docs/problems/, by their names."""
    return {INDEX: _index(), **{f"{code}.md": page(code) or "" for code in codes()}}


def _index() -> str:
    parts = [_INTRODUCTION]
    for topic, kinds in by_topic().items():
        rows = [f"| [`{kind.code}`]({kind.code}.md) | {kind.title} |" for kind in kinds]
        parts.append("\n".join([f"## {topic}", "", "| code | what is wrong |", "|---|---|", *rows]))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def main() -> int:
    """Write each page as it should be, and delete those of codes that are gone."""
    FOLDER.mkdir(exist_ok=True)
    expected = pages()
    for path in FOLDER.iterdir():
        if path.name not in expected:
            path.unlink()
    for name, text in expected.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(expected) - 1} problems")
    return 0


if __name__ == "__main__":
    sys.exit(main())
