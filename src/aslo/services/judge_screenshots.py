"""Tell which screenshots of a tree the store would leave out, without drawing them."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from aslo.domain.picture_header import read_picture_header
from aslo.domain.problem import Problem, Severity
from aslo.services.screenshots import FOLDER, MAX_BYTES, MAX_LOOKED_AT, MAX_SCREENSHOTS, candidates

MAX_PIXELS = 40_000_000
MIN_LONGER_SIDE, MIN_SHORTER_SIDE = 200, 150
"""The rules of the port Pictures; a contract test holds that its adapter has the same."""

_REMEDY = (
    f"Put in a PNG, JPEG, GIF or WebP of at least {MIN_LONGER_SIDE} x {MIN_SHORTER_SIDE} pixels, "
    "or remove the file."
)


def judge_screenshots(tree: Path) -> Iterator[Problem]:
    """A warning for each screenshot that pages will not show."""
    shown = 0
    for path in islice(candidates(tree / FOLDER), MAX_LOOKED_AT):
        name = path.relative_to(tree).as_posix()
        if shown == MAX_SCREENSHOTS:
            message = f"only the first {MAX_SCREENSHOTS} screenshots are shown"
            yield _left_out(name, message, "Remove those that tell the least.")
            return
        if fault := _fault(path):
            yield _left_out(name, f"the screenshot is left out: {fault}", _REMEDY)
        else:
            shown += 1
    yield from _links(tree)


def _fault(path: Path) -> str:
    try:
        size = path.lstat().st_size
        if size > MAX_BYTES:
            return f"it has {size} bytes, more than {MAX_BYTES}"
        header = read_picture_header(path.read_bytes())
    except ValueError as error:
        return str(error)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return _size_fault(header.width, header.height)


def _size_fault(width: int, height: int) -> str:
    if width * height > MAX_PIXELS:
        return f"it has {width} x {height} pixels, more than {MAX_PIXELS} in all"
    if max(width, height) < MIN_LONGER_SIDE or min(width, height) < MIN_SHORTER_SIDE:
        return (
            f"it has {width} x {height} pixels, fewer than {MIN_LONGER_SIDE} x {MIN_SHORTER_SIDE}"
        )
    return ""


def _links(tree: Path) -> Iterator[Problem]:
    folder = tree / FOLDER
    for path in [folder, *(sorted(folder.iterdir()) if folder.is_dir() else [])]:
        if path.is_symlink():
            name = path.relative_to(tree).as_posix()
            message = "it is a link, and the store follows none for screenshots"
            yield _left_out(name, message, "Commit the file itself in place of the link.")


def _left_out(name: str, message: str, remedy: str) -> Problem:
    return Problem("bad-screenshot", message, remedy, name, severity=Severity.WARNING)
