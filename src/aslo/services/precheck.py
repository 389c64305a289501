"""Look at a tree before it is built, so that its author hears of every fault at once, by line."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from aslo.domain.bundle import missing_icon
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import INFO_FILE, ActivityInfo, read_info
from aslo.domain.problem import Problem, Severity, in_order
from aslo.domain.settings import SETTINGS_FILE
from aslo.domain.settings_file import MAX_BYTES


def refuse_hopeless(tree: Path) -> None:
    """BuildFailedError with all that is wrong with activity.info and the icon it names.

    What cannot be read here is left to the builder, and so is a tree whose own setup.py may
    still change everything.
    """
    data = _info_file(tree)
    if data is None or (tree / SETTINGS_FILE).exists():
        return
    info, problems = read_info(data)
    found = in_order([*problems, *_icon_problems(tree, info)])
    if any(problem.severity is Severity.ERROR for problem in found):
        raise BuildFailedError(f"{INFO_FILE} cannot be used", found)


def _info_file(tree: Path) -> bytes | None:
    """The file's bytes, unless it is missing, large, or to be reached by a link."""
    path = tree / INFO_FILE
    if path.parent.is_symlink():
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        data = file.read(MAX_BYTES + 1)
    return data if len(data) <= MAX_BYTES else None


def _icon_problems(tree: Path, info: ActivityInfo) -> Iterator[Problem]:
    if info.icon is None:
        return
    places = (f"activity/{info.icon}.svg", f"activity/{info.icon}")
    # Only whether the name is there: what a link leads to is the builder's to judge. A name
    # with a way in it is not looked up: it would tell what else is on this machine.
    if "/" in info.icon or not any(os.path.lexists(tree / place) for place in places):
        yield missing_icon(places[0], (info.lines or {}).get("icon"))
