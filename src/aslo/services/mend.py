"""Cure what a machine can cure in an activity's tree."""

from collections.abc import Callable, Iterable
from pathlib import Path

from aslo.domain.info import INFO_FILE
from aslo.domain.info_cures import Cure, Mended, mend_info
from aslo.domain.problem import Problem
from aslo.ports import ExactFiles


def mend_tree(
    tree: Path,
    problems: Iterable[Problem],
    *,
    files: ExactFiles,
    agree: Callable[[bytes, Cure], bool],
) -> tuple[bytes, Mended]:
    """Cure activity.info, of which these problems are known; its bytes before, and what became of
    it. UnfixableFileError if it cannot be replaced."""
    before = files.read(tree, INFO_FILE)
    known = [problem for problem in problems if problem.file == INFO_FILE]
    mended = mend_info(before, known, agree)
    if mended.after != before:
        files.replace(tree, INFO_FILE, before, mended.after)
    return before, mended
