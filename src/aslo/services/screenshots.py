"""Collect the screenshots of a tree; they are not in the bundle, so they come from the tag."""

import re
import stat
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from aslo.domain.activity import Screenshot
from aslo.domain.build import Build
from aslo.services.attempt import Attempt
from aslo.services.workbench import Workbench

FOLDER = "screenshots"
CAPTION_SUFFIX = ".txt"
MAX_SCREENSHOTS = 10
MAX_LOOKED_AT = 40
"""Each one is decoded, so thousands of files that are none must not hold a worker."""
MAX_BYTES = 10 * 1024**2
LONGEST_SIDE = 1280
SMALL_SIDE = 480
"""Pixels; two small ones stand side by side on a phone or a laptop of a school."""
LONGEST_CAPTION = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")


def collect(
    attempt: Attempt[Build], tree: Path | None, folder: Path, *, bench: Workbench
) -> tuple[Screenshot, ...]:
    """The screenshots of the tree, made safe and stored; a bad one is left out with a warning."""
    if tree is None:
        return ()
    shots: list[Screenshot] = []
    for path in islice(candidates(tree / FOLDER), MAX_LOOKED_AT):
        if len(shots) == MAX_SCREENSHOTS:
            attempt.log(f"warning: only the first {MAX_SCREENSHOTS} screenshots are shown")
            break
        try:
            shots.append(_keep(path, tree / FOLDER, folder, bench))
        except ValueError as error:
            attempt.log(f"warning: {path.relative_to(tree)} is left out: {error}")
    return tuple(shots)


def candidates(top: Path) -> Iterator[Path]:
    """Regular files in the folder and its language folders; no link is ever followed."""
    if not _is(stat.S_ISDIR, top):
        return
    entries = sorted(top.iterdir())
    yield from _pictures(entries)
    for entry in entries:
        if _is(stat.S_ISDIR, entry) and _LANGUAGE.fullmatch(entry.name):
            yield from _pictures(sorted(entry.iterdir()))


def _pictures(entries: Sequence[Path]) -> Iterator[Path]:
    """Every file but the captions; what is no picture is told when it cannot be decoded."""
    for path in entries:
        if _is(stat.S_ISREG, path) and path.suffix != CAPTION_SUFFIX:
            yield path


def _is(kind: Callable[[int], bool], path: Path) -> bool:
    try:
        return kind(path.lstat().st_mode)
    except OSError:
        return False


def _keep(path: Path, top: Path, folder: Path, bench: Workbench) -> Screenshot:
    size = path.lstat().st_size
    if size > MAX_BYTES:
        raise ValueError(f"it has {size} bytes, more than {MAX_BYTES}")
    out = folder / "screenshot"
    media_type, width, height = bench.pictures.screenshot(path, out, LONGEST_SIDE)
    file = bench.files.add(out, media_type)
    small = None
    if max(width, height) > SMALL_SIDE:
        media_type, _, _ = bench.pictures.screenshot(path, out, SMALL_SIDE)
        small = bench.files.add(out, media_type)
    out.unlink()
    lang = "" if path.parent == top else path.parent.name.replace("-", "_")
    return Screenshot(file, width, height, lang, _caption(path), small)


def _caption(path: Path) -> str:
    """The first line of the text beside the picture: `boat.txt` for `boat.png`."""
    beside = path.with_suffix(CAPTION_SUFFIX)
    if not _is(stat.S_ISREG, beside):
        return ""
    with beside.open("rb") as file:
        words = file.read(4 * LONGEST_CAPTION).decode(errors="replace")
    line = next(iter(words.strip().splitlines()), "")
    return "".join(c for c in line if c.isprintable())[:LONGEST_CAPTION].strip()
