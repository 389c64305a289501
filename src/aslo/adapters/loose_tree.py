"""What is in an activity's folder as it lies on disk, with git or without."""

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from aslo.adapters.tree_files import is_packed, may_hold_packed
from aslo.adapters.work_tree import EXECUTABLE, TrackedFile, ask_git, not_utf8
from aslo.domain.entry_names import MOST_PARTS
from aslo.domain.errors import BuilderError
from aslo.domain.info import INFO_FILE
from aslo.domain.problem import Problem
from aslo.domain.settings_file import MAX_BYTES
from aslo.domain.zip_directory import MAX_ENTRIES

REGULAR = "100644"
LINK = "120000"

DEEPEST = MOST_PARTS + 1
"""How many folders deep a walk goes: what is deeper still is refused for what it leads through."""

_NAMED = 3
"""How many files a notice names; nobody reads more of them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that packing would look at, and what else is known of the folder."""

    files: tuple[TrackedFile, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Of the last commit, if activity.info is still as it was in that."""


def repository_of(folder: Path) -> Path | None:
    """The top of the git work tree that a folder lies in."""
    place = folder.resolve()
    return next((each for each in (place, *place.parents) if (each / ".git").exists()), None)


def list_tree(tree: Path) -> Listing:
    """What git lists, as Sugar's bundle builder takes it; or every file, if git lists nothing."""
    top = repository_of(tree)
    if top is None:
        return _walked(tree, "the folder is no git repository, so every file in it was looked at")
    try:
        listed = _listed(tree, top)
    except (BuilderError, subprocess.CalledProcessError) as error:
        return _walked(tree, f"git does not list the folder, so every file was looked at: {error}")
    return listed or _walked(tree, "git has no file of the folder yet, so every file was looked at")


def _listed(tree: Path, top: Path) -> Listing | None:
    lines = _records(ask_git(top, "ls-files", "--stage", "-z", folder=tree))
    if not lines:
        return None
    names = {name: status[:6].decode() for status, _, name in (s.partition(b"\t") for s in lines)}
    files, problems = _named(names)
    return Listing(files, problems, tuple(_untold(tree, top)), _tags(tree, top))


def _records(said: bytes) -> list[bytes]:
    return said.split(b"\0")[:-1]


def _named(modes: dict[bytes, str]) -> tuple[tuple[TrackedFile, ...], tuple[Problem, ...]]:
    files, problems = [], []
    for name, mode in modes.items():
        try:
            files.append(TrackedFile(name.decode(), mode))
        except UnicodeDecodeError:
            problems.append(not_utf8(name))
    return tuple(files), tuple(problems)


def _untold(tree: Path, top: Path) -> Iterator[str]:
    """A notice about files that the developer may have forgotten to add."""
    said = ask_git(top, "ls-files", "--others", "--exclude-standard", "-z", folder=tree)
    names = [name.decode(errors="backslashreplace") for name in _records(said)]
    missed = [name for name in names if is_packed(name)]
    if missed:
        more = ", ..." if len(missed) > _NAMED else ""
        named = ", ".join(map(ascii, missed[:_NAMED])) + more
        yield f"not in git, so not in the bundle: {named}; add what belongs to it with git add"


def _tags(tree: Path, top: Path) -> tuple[str, ...]:
    if tree.resolve() != top or not _is_committed(tree, top):
        return ()
    asked = ("for-each-ref", "--points-at=HEAD", "--format=%(refname:strip=2)", "refs/tags")
    return tuple(ask_git(top, *asked).decode(errors="replace").split("\n")[:-1])


def _is_committed(tree: Path, top: Path) -> bool:
    """Whether activity.info is the last commit's; told by its hash, since asking git to compare
    could start programs that the repository names."""
    try:
        said = ask_git(top, "ls-tree", "HEAD", "--", INFO_FILE, folder=tree)
        status = (tree / INFO_FILE).lstat()
        # A pipe would never end, and a giant not fit the memory; both are refused elsewhere.
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            return False
        data = (tree / INFO_FILE).read_bytes()
    except (OSError, subprocess.CalledProcessError):
        return False
    known = said.partition(b"\t")[0].split()[-1:]
    blob = b"blob %d\0%b" % (len(data), data)
    hashes = (hashlib.sha1(blob, usedforsecurity=False), hashlib.sha256(blob))
    return known in [[each.hexdigest().encode()] for each in hashes]


def _walked(tree: Path, notice: str) -> Listing:
    # One more than a bundle may have is enough to be refused.
    modes = dict(islice(_walk(os.fsencode(tree), b""), MAX_ENTRIES + 1))
    files, problems = _named(modes)
    return Listing(files, problems, (notice,))


def _walk(top: bytes, below: bytes) -> Iterator[tuple[bytes, str]]:
    for entry in sorted(os.scandir(os.path.join(top, below)), key=lambda entry: entry.name):  # noqa: PTH118  # bytes
        name = below + entry.name
        if entry.is_dir(follow_symlinks=False):
            if name.count(b"/") < DEEPEST and may_hold_packed(name.decode(errors="replace")):
                yield from _walk(top, name + b"/")
        elif is_packed(name.decode(errors="replace")):
            yield name, _mode(entry.stat(follow_symlinks=False).st_mode)


def _mode(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return LINK
    return EXECUTABLE if mode & stat.S_IXUSR else REGULAR
