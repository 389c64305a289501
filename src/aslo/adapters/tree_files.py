"""Decide which files of a tree go into its bundle, and find each one without leaving the tree."""

import stat
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from aslo.adapters.work_tree import SUBMODULE, TrackedFile, WorkTree
from aslo.domain.errors import BuildFailedError
from aslo.domain.problem import Problem

# Sugar's bundle builder leaves these out: folders at the top, and patterns over whole names.
_LEFT_OUT_FOLDERS = ("dist/", ".git/", "screenshots/", "debian/", ".pc/")
_LEFT_OUT_NAMES = (".gitignore", "MANIFEST", "*.pyc", "*~", "*.bak", "pseudo.po")
_PSEUDO = "po/pseudo.po"

# The build puts its bundle where `dist` stands, and no language is named by `.po` alone.
_IN_THE_WAY = ("dist", "po/.po")

_LINK_CURE = "Commit the file itself in place of the link."
_SUBMODULE_CURE = "Commit the files themselves, or attach the finished .xo to the release."


def is_packed(name: str) -> bool:
    """Whether a tracked file, or one made below `locale/`, goes into the bundle."""
    if name in _IN_THE_WAY or name.startswith(_LEFT_OUT_FOLDERS):
        return False
    return not any(fnmatchcase(name, pattern) for pattern in _LEFT_OUT_NAMES)


def may_hold_packed(folder: str) -> bool:
    """Whether anything in a folder of the tree may go into the bundle."""
    return folder not in _IN_THE_WAY and not f"{folder}/".startswith(_LEFT_OUT_FOLDERS)


def translations(names: Iterable[str]) -> list[str]:
    """The `.po` files that become catalogs, in order."""
    return sorted(
        name
        for name in names
        if fnmatchcase(name, "po/*.po") and name.count("/") == 1 and name != _PSEUDO
    )


def without_built(names: Iterable[str]) -> list[str]:
    """The names less `locale` and those in it, if that folder is made anew from `po/`."""
    kept = list(names)
    if not any(name.startswith("po/") for name in kept):
        return kept
    return [name for name in kept if name.partition("/")[0] != "locale"]


def locate_all(tree: WorkTree, files: Iterable[TrackedFile]) -> dict[str, Path]:
    """Where the content of each file is; BuildFailedError names every one that cannot be used."""
    top = tree.path.resolve()
    found = {file.name: locate(top, file) for file in files}
    problems = [place for place in found.values() if isinstance(place, Problem)]
    if len(problems) == 1:
        raise BuildFailedError(problems[0].message, problems)
    if problems:
        raise BuildFailedError(f"{len(problems)} files cannot be packed", problems)
    return {name: place for name, place in found.items() if isinstance(place, Path)}


def locate(top: Path, file: TrackedFile) -> Path | Problem:
    """The regular file that holds the content; links are followed inside the tree only.

    `top` is the tree's own path, with no link in it.
    """
    if file.mode == SUBMODULE:
        return _problem(file, "is a submodule, which the store does not fetch", _SUBMODULE_CURE)
    path = top / file.name
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        if path.is_symlink():
            return _problem(file, "is a link that leads nowhere", _LINK_CURE)
        return _problem(file, "is listed by git but is not there", "Restore it, or git rm it.")
    if not target.is_relative_to(top) or target.is_relative_to(top / ".git"):
        return _problem(file, "is a link that leads out of the tree", _LINK_CURE)
    if not stat.S_ISREG(mode):
        return _problem(file, "is neither a file nor a link to one", "Commit a plain file.")
    return target


def _problem(file: TrackedFile, cause: str, remedy: str) -> Problem:
    return Problem("unusable-file", f"{file.name} {cause}", remedy, file.name)
