"""What the default branch has otherwise than a commit.

https://docs.github.com/en/rest/commits/commits#compare-two-commits
"""

from typing import Any

import msgspec

from aslo.adapters.github_answers import shaped

HOLDS = ("ahead", "identical")


class _File(msgspec.Struct):
    filename: str
    status: str


class _Comparison(msgspec.Struct):
    status: str
    files: list[_File] = []


def changed_files(document: Any, asked: str) -> tuple[str, ...]:
    """The paths of a comparison that are there now, up to GitHub's three hundred; none where the
    branch does not hold the commit, for then what it lacks would be told as new."""
    found = shaped(document, _Comparison, asked)
    if found.status not in HOLDS:
        return ()
    return tuple(each.filename for each in found.files if each.status != "removed")
