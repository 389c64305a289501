"""A page for every kind of problem: what it is, why it matters, how to cure it, an example.

The texts are in `problems/`, a file for each code; title and cure are those of the registry.
"""

from functools import cache
from importlib.resources import files

from aslo.domain.problem_kinds import KINDS


def codes() -> tuple[str, ...]:
    """The codes that have a page, in alphabetical order."""
    return tuple(sorted(KINDS))


def page(code: str) -> str | None:
    """The page of a code, in Markdown; None if there is no such code."""
    kind = KINDS.get(code)
    if kind is None:
        return None
    return f"# {kind.title}\n\n`{code}`: {kind.cure}\n\n{text(code)}"


@cache
def text(code: str) -> str:
    """The four parts of the page of a code that there is."""
    return files("aslo").joinpath("problems", f"{code}.md").read_text(encoding="utf-8")


def url(code: str, public_url: str) -> str:
    """Where a site shows the page of a code; of one that it does not know, where it lists all."""
    return f"{public_url}/problems/{code}" if code in KINDS else f"{public_url}/problems"
