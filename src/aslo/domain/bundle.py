"""What an opened bundle is: its own words, its needs, its icon, our name for it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from aslo.domain.activity import Details
from aslo.domain.archive import Archive
from aslo.domain.errors import BadBundleError
from aslo.domain.info import INFO_FILE, ActivityInfo, read_info
from aslo.domain.license import spdx
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings_file import MAX_BYTES
from aslo.domain.shown import shown
from aslo.domain.sugar import Compatibility
from aslo.domain.toolkit import compatibility, main_module
from aslo.domain.translations import read_translations

MAX_ICON_BYTES = 1024**2
MAX_SOURCES_BYTES = 8 * 1024**2
"""How much Python is looked at to tell the toolkit."""
LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as read; its values hold only where `problems` has no error."""

    info: ActivityInfo
    details: Details
    icon: bytes | None
    problems: tuple[Problem, ...]
    icon_file: str = ""
    """Where the icon is, if it is there."""


def read_bundle(archive: Archive) -> Bundle:
    """Read what a bundle says; BadBundleError if it does not say anything."""
    info, info_problems = read_info(_info_file(archive))
    words, word_problems = read_translations(archive, info)
    icon_file, icon, icon_problems = _icon(archive, info)
    details = Details(
        name=words.name,
        summary=words.summary,
        description=words.description,
        license=info.license,
        spdx=spdx(info.license),
        categories=info.categories,
        homepage=info.homepage,
        languages=words.languages,
        completeness=words.completeness,
        compatibility=_compatibility(archive, info),
        max_participants=info.max_participants,
    )
    problems = (*info_problems, *icon_problems, *word_problems)
    return Bundle(info, details, icon, problems, icon_file)


def file_name(info: ActivityInfo) -> str:
    """Our own ASCII name for the download: `Name-version.xo`."""
    plain = unicodedata.normalize("NFKD", info.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_-]+", "", plain).strip("-_")[:LONGEST_SLUG]
    return f"{slug or info.bundle_id.rpartition('.')[2]}-{info.version}.xo"


def missing_icon(path: str, line: int | None) -> Problem:
    """What to tell of an icon that activity.info names and that is nowhere."""
    message, remedy = f"the icon {shown(path)} is not there", "Add it, or mend the key."
    if path.endswith(".svg.svg"):
        remedy = "Write the icon's name without .svg, which Sugar adds, and add the file."
    return Problem("missing-icon", message, remedy, INFO_FILE, line)


def _info_file(archive: Archive) -> bytes:
    size_bytes = archive.size_bytes(INFO_FILE)
    if size_bytes is None:
        message = f"there is no {INFO_FILE} in the bundle"
        remedy = f"Add {INFO_FILE} to the repository and build the bundle again."
        raise BadBundleError([*archive.faults, Problem("no-info", message, remedy, INFO_FILE)])
    if size_bytes > MAX_BYTES:
        message = f"the file has {size_bytes} bytes, more than {MAX_BYTES}"
        problem = Problem("info-too-large", message, "Shorten the file.", INFO_FILE)
        raise BadBundleError([*archive.faults, problem])
    return archive.read(INFO_FILE)


def _icon(archive: Archive, info: ActivityInfo) -> tuple[str, bytes | None, Iterable[Problem]]:
    line = (info.lines or {}).get("icon")
    if info.icon is None:
        return "", None, []
    path, problems = f"activity/{info.icon}.svg", []
    if path not in archive.spans and f"activity/{info.icon}" in archive.spans:
        message = f"icon {shown(info.icon)} has an extension, which Sugar adds a second time"
        remedy = f"Write `icon = {info.icon.removesuffix('.svg')}`."
        problems = [Problem("icon-extension", message, remedy, INFO_FILE, line, Severity.WARNING)]
        path = f"activity/{info.icon}"
    size_bytes = archive.size_bytes(path)
    if size_bytes is None:
        return "", None, [missing_icon(path, line)]
    if size_bytes > MAX_ICON_BYTES:
        message = f"the icon has {size_bytes} bytes, more than {MAX_ICON_BYTES}"
        return path, None, [Problem("icon-too-large", message, "Simplify the picture.", path)]
    return path, archive.read(path), problems


def _compatibility(archive: Archive, info: ActivityInfo) -> Compatibility:
    main = main_module(info.command)
    paths = sorted(
        (path for path in archive.spans if path.endswith(".py")),
        key=lambda path: (path != main, path.count("/"), path),
    )
    sources = []
    room = MAX_SOURCES_BYTES
    for path in paths:
        room -= archive.size_bytes(path) or 0
        if room < 0:
            break
        sources.append(archive.read(path))
    return compatibility(info.command, sources)
