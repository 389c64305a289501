"""Look at an activity before it is released: its bundle, or the folder it is made from."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from aslo.domain.archive import open_archive
from aslo.domain.bundle import Bundle
from aslo.domain.info import INFO_FILE, ActivityInfo
from aslo.domain.po_places import linfo_keys, translation_line
from aslo.domain.problem import Problem, in_order
from aslo.domain.verdict import Verdict
from aslo.ports import LooseTree, TreePacker
from aslo.services.check import Examined, examine_bundle, tag_faults
from aslo.services.judge_screenshots import judge_screenshots
from aslo.services.keeping import icon_problem

CleanIcon = Callable[[bytes, str], bytes]
"""Makes an icon safe to show, with colours for a bundle id; ValueError if it cannot be."""

_TRANSLATED = ("name", "summary")
_NAMED = re.compile(rf"\bits ({'|'.join(_TRANSLATED)}) ")
_TOLD_BY_FILE = frozenset({"bad-name", "name-clash", "bad-top-folder"})
"""What packing a tree tells of the file itself."""
_LINE = re.compile(r"\bline (\d+), column")


def examine_file(path: Path, *, clean_icon: CleanIcon) -> Verdict:
    """Look at a bundle as the store would."""
    found = examine_bundle(path)
    problems = [*found.problems, *_icon_problems(found.bundle, clean_icon)]
    return _verdict(found, problems)


def examine_tree(
    tree: Path,
    scratch: Path,
    *,
    packer: TreePacker,
    clean_icon: CleanIcon,
    tags: tuple[str, ...] = (),
) -> Verdict:
    """Look at a tree as it is on disk, each problem at its place in the tree; `scratch` is an
    empty folder, and `tags` are those that its commit has elsewhere."""
    packed = packer.pack(tree, scratch)
    found = examine_bundle(packed.bundle)
    info = found.bundle.info if found.bundle else ActivityInfo()
    problems = [
        *packed.problems,
        *_in_tree(found.problems, tree, info, packed),
        *_icon_problems(found.bundle, clean_icon),
        *_tag_problems(info, tags or packed.tags),
        *judge_screenshots(tree),
    ]
    return _verdict(found, problems, packed.notices)


def _verdict(
    found: Examined, problems: Iterable[Problem], notices: tuple[str, ...] = ()
) -> Verdict:
    info = found.bundle.info if found.bundle else ActivityInfo()
    return Verdict(tuple(in_order(problems)), notices, info.bundle_id, info.version)


def _icon_problems(bundle: Bundle | None, clean_icon: CleanIcon) -> Iterator[Problem]:
    if bundle is None or bundle.icon is None:
        return
    try:
        clean_icon(bundle.icon, bundle.info.bundle_id)
    except ValueError as error:
        line = _LINE.search(str(error))
        number = int(line[1]) if line else None
        yield replace(icon_problem(error), file=bundle.icon_file, line=number)


def _tag_problems(info: ActivityInfo, tags: tuple[str, ...]) -> Iterator[Problem]:
    """The warnings of tags, unless one of them is as it should be."""
    found = {tag: list(tag_faults(info, tag)) for tag in tags}
    if all(found.values()):
        for faults in found.values():
            yield from faults


def _in_tree(
    problems: Iterable[Problem], tree: Path, info: ActivityInfo, packed: LooseTree
) -> Iterator[Problem]:
    """The problems of the bundle at their places in the tree."""
    found = list(problems)
    blamed = _blames_words(found, info)
    for problem in found:
        if problem.file is None and problem.code in _TOLD_BY_FILE:
            continue
        source = packed.made_from.get(problem.file or "")
        if source is not None:
            moved = _at_source(problem, tree / source, source, info, packed.bundle)
            # Languages that do not translate a bad text repeat it.
            if moved.line is not None or not blamed:
                yield moved
        elif problem.code == "no-info":
            remedy = f"Write {INFO_FILE} with the section [Activity], and add it to git."
            yield replace(problem, message=f"the tree has no {INFO_FILE}", remedy=remedy)
        else:
            yield problem


def _blames_words(problems: Iterable[Problem], info: ActivityInfo) -> bool:
    """Whether the activity's own name or summary is at fault."""
    lines = {(info.lines or {}).get(key) for key in _TRANSLATED} - {None}
    return any(problem.file == INFO_FILE and problem.line in lines for problem in problems)


def _at_source(
    problem: Problem, path: Path, source: str, info: ActivityInfo, bundle: Path
) -> Problem:
    """A problem of a file that was made from a translation, at the text that is translated."""
    key = _key(problem, bundle)
    text = getattr(info, key) if key in _TRANSLATED else ""
    line = translation_line(path.read_bytes(), text) if text else None
    return replace(problem, file=source, line=line)


def _key(problem: Problem, bundle: Path) -> str:
    """Which of the activity's own words a problem of a made file is about."""
    if problem.line is None:
        named = _NAMED.search(problem.message)
        return named[1] if named else ""
    with bundle.open("rb") as file:
        linfo = open_archive(file).read(problem.file or "")
    return list(linfo_keys(linfo))[problem.line - 1]
