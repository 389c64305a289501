"""Look at a tree before it is built, so that its author hears of every fault at once, by line."""

import os
from collections.abc import Iterator
from pathlib import Path

from aslo.domain.bundle import missing_icon
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import INFO_FILE, ActivityInfo, read_info
from aslo.domain.problem import Problem, Severity, in_order
from aslo.domain.settings import SETTINGS_FILE, RepositorySettings
from aslo.domain.settings_file import MAX_BYTES
from aslo.services.tree_text import read_text


def refuse_hopeless(tree: Path) -> tuple[Problem, ...]:
    """What could be better with activity.info and the icon it names; BuildFailedError with all
    that is wrong with them.

    What cannot be read here is left to the builder, and so is a tree whose own setup.py may
    still change everything.
    """
    data = read_text(tree / INFO_FILE, MAX_BYTES)
    if data is None or _may_change_itself(tree):
        return ()
    info, problems = read_info(data)
    found = tuple(in_order([*problems, *_icon_problems(tree, info)]))
    if any(problem.severity is Severity.ERROR for problem in found):
        raise BuildFailedError(f"{INFO_FILE} cannot be used", found)
    return found


def is_activity(tree: Path) -> bool:
    """Whether there is an activity.info, of whatever kind."""
    return os.path.lexists(tree / INFO_FILE)


def settings_of(tree: Path) -> RepositorySettings:
    """What the repository asks for; BuildFailedError with every problem of the file. One that
    cannot be read here is the builder's to judge."""
    return RepositorySettings.parse(read_text(tree / SETTINGS_FILE, MAX_BYTES) or b"")


def _may_change_itself(tree: Path) -> bool:
    """Whether its own setup.py is to be run, or what it wishes cannot be read here."""
    if not os.path.lexists(tree / SETTINGS_FILE):
        return False
    data = read_text(tree / SETTINGS_FILE, MAX_BYTES)
    try:
        return data is None or RepositorySettings.parse(data).run_setup
    except BuildFailedError:
        return True


def _icon_problems(tree: Path, info: ActivityInfo) -> Iterator[Problem]:
    if info.icon is None:
        return
    places = (f"activity/{info.icon}.svg", f"activity/{info.icon}")
    # Only whether the name is there: what a link leads to is the builder's to judge. A name
    # with a way in it is not looked up: it would tell what else is on this machine.
    if "/" in info.icon or not any(os.path.lexists(tree / place) for place in places):
        yield missing_icon(places[0], (info.lines or {}).get("icon"))
