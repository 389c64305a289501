"""Which names entries of a bundle may have, alone and beside each other."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from aslo.domain.problem import Problem
from aslo.domain.shown import shown
from aslo.domain.zip_records import UTF8_NAME, Member

LONGEST_NAME = 500
LONGEST_PART = 255
"""What file systems take, in bytes."""
MOST_PARTS = 40

TOP_SUFFIX = ".activity"

_RENAME = "Rename the file, then build the bundle again."
_PACK_ONE_FOLDER = "Pack everything inside one folder, as `python3 setup.py dist_xo` does."
_DRIVE = re.compile(r"[A-Za-z]:")
# Characters that make a name read other than it is: controls, and overrides of direction.
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def name_faults(members: Iterable[Member]) -> Iterator[Problem]:
    """What is wrong with each name by itself."""
    for member in members:
        if reason := _fault(member):
            yield Problem("bad-name", f"the entry name {shown(member.name)} {reason}", _RENAME)


def packed_member(name: str) -> Member:
    """A file that is still to be packed under that name, as the rules about names see it."""
    return Member(name.encode(), UTF8_NAME, 0, 0, 0, 0, 0, 0, renamed=False)


def _fault(member: Member) -> str | None:
    try:
        name = member.raw_name.decode()
    except UnicodeDecodeError:
        return "is not UTF-8"
    parts = name.removesuffix("/").split("/")
    rules = {
        "is empty": not name.strip("/"),
        "is given a second time, in another form": member.renamed,
        "is absolute": name.startswith("/") or bool(_DRIVE.match(name)),
        "has a backslash": "\\" in name,
        "has a control character": bool(_HIDDEN.search(name)),
        "leaves its folder": ".." in parts,
        "has an empty or idle part": "" in parts or "." in parts,
        "is too long": len(member.raw_name) > LONGEST_NAME
        or any(len(part.encode()) > LONGEST_PART for part in parts),
        f"has more than {MOST_PARTS} parts": len(parts) > MOST_PARTS,
        # Sugar's client would take such a folder for one of another name.
        "has a top folder not marked as UTF-8": not parts[0].isascii()
        and not member.flags & UTF8_NAME,
    }
    return next((reason for reason, broken in rules.items() if broken), None)


def clashes(members: Iterable[Member]) -> Iterator[Problem]:
    """Names that would be one file on a computer that is less exact than ours."""
    return (problem for _, problem in clashing(members))


def clashing(members: Iterable[Member]) -> Iterator[tuple[Member, Problem]]:
    """The same, each with the later of the two."""
    # Names too long or too deep are refused anyway, and would take long to compare.
    short = [member for member in members if _is_short(member.raw_name)]
    seen: dict[str, str] = {}
    files = {_folded(member.name) for member in short if not member.is_folder}
    for member in short:
        first = seen.setdefault(_folded(member.name), member.name)
        if first.rstrip("/") != member.name.rstrip("/"):
            how = "differ only in case or in how accents are written"
            yield member, _clash(first, member.name, how)
        elif first != member.name:
            yield member, _clash(first, member.name, "are a file and a folder by one name")
        parent = next((each for each in _parents(member.name) if each in files), None)
        if parent is not None:
            how = "make one of them both a file and a folder"
            yield member, _clash(member.name, parent, how)


def _is_short(raw_name: bytes) -> bool:
    return len(raw_name) <= LONGEST_NAME and raw_name.count(b"/") <= MOST_PARTS


def _clash(first: str, second: str, how: str) -> Problem:
    return Problem("name-clash", f"the names {shown(first)} and {shown(second)} {how}", _RENAME)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).rstrip("/")


def _parents(name: str) -> Iterator[str]:
    folded = _folded(name)
    while "/" in folded:
        folded = folded.rpartition("/")[0]
        yield folded


def top_folder(members: Iterable[Member]) -> tuple[str, list[Problem]]:
    """The one folder everything lies in, by the first entry, and what is wrong with it."""
    names = [member.name for member in members]
    if not names:
        return "", [Problem("empty-bundle", "the bundle has no entries", _PACK_ONE_FOLDER)]
    top = names[0].partition("/")[0]
    problems = []
    if top.startswith(".") or not top.endswith(TOP_SUFFIX):
        problems.append(
            Problem(
                "bad-top-folder",
                f"the top folder {shown(top)} does not have the form Name{TOP_SUFFIX}",
                _PACK_ONE_FOLDER,
            )
        )
    elsewhere = [name for name in names if not name.startswith(f"{top}/")]
    if elsewhere:
        problems.append(
            Problem(
                "not-one-folder",
                f"{shown(elsewhere[0])} is not inside the top folder {shown(top)}",
                _PACK_ONE_FOLDER,
            )
        )
    return top, problems
