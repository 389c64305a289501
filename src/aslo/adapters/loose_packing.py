"""Pack an activity's folder for a look at it: every fault is noted, and the rest goes on."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aslo.adapters.canonical_zip import EARLIEST, ZipEntry, write_canonical_zip
from aslo.adapters.gettext_po import BadTranslationError
from aslo.adapters.loose_tree import Listing, list_tree
from aslo.adapters.packed_info import PackedInfo, read_packed_info
from aslo.adapters.packed_locale import locale_entries
from aslo.adapters.tree_files import is_packed, locate, translations, without_built
from aslo.domain.archive import MAX_UNPACKED_BYTES
from aslo.domain.entry_names import clashing, name_faults, packed_member, top_folder
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import INFO_FILE
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings import SETTINGS_FILE, RepositorySettings
from aslo.ports import LooseTree

MAX_PO_BYTES = 16 * 1024**2
SETUP = "setup.py"

_NAMELESS = PackedInfo(name="Activity", bundle_id="org.example.Activity", version="1")
"""What the bundle is packed as where activity.info does not tell: nobody will see it."""
_RUN_SETUP = (
    "run-setup is set: the store runs the repository's own setup.py in a sandbox, which is not "
    "tried here; what follows is about the bundle that Sugar's own packing makes"
)


@dataclass(slots=True)
class _Found:
    """What is known of the folder so far."""

    problems: list[Problem]
    notices: list[str]
    located: dict[str, tuple[Path, bool]]


class LoosePacker:
    """See ports.TreePacker."""

    def pack(self, tree: Path, into: Path) -> LooseTree:
        """See ports.TreePacker."""
        listing = list_tree(tree)
        found = _locate(tree, listing)
        _leave_out_large(found)
        _read_settings(found)
        info = _read_info(found)
        found.problems += _name_problems(info, list(found.located))
        entries = [ZipEntry(name, path, runs) for name, (path, runs) in found.located.items()]
        made = dict(_translated(found, info, into / "scratch.po"))
        entries += [entry for each in made.values() for entry in each]
        bundle = into / "looked-at.xo"
        placed = [ZipEntry(f"{info.folder}/{e.name}", e.content, e.executable) for e in entries]
        write_canonical_zip(bundle, placed, EARLIEST)
        made_from = {entry.name: source for source, each in made.items() for entry in each}
        return LooseTree(
            bundle, tuple(found.problems), tuple(found.notices), made_from, listing.tags
        )


def _locate(tree: Path, listing: Listing) -> _Found:
    top = tree.resolve()
    files = {file.name: file for file in listing.files if is_packed(file.name)}
    found = _Found(list(listing.problems), list(listing.notices), {})
    for name in without_built(files):
        place = locate(top, files[name])
        if isinstance(place, Problem):
            found.problems.append(place)
        elif not os.access(place, os.R_OK):
            message = f"{name} may not be read by you"
            found.problems.append(Problem("unusable-file", message, "Give it to yourself.", name))
        else:
            found.located[name] = place, files[name].executable
    return found


def _leave_out_large(found: _Found) -> None:
    """What does not fit into any bundle is told, and left out so that the rest can be looked at."""
    sizes = {name: path.stat().st_size for name, (path, _) in found.located.items()}
    whole = sum(sizes.values())
    if whole <= MAX_UNPACKED_BYTES:
        return
    largest = sorted(sizes, key=lambda name: -sizes[name])
    message = f"the files have {whole} bytes, more than {MAX_UNPACKED_BYTES}"
    remedy = f"Leave out large files; {largest[0]} has {sizes[largest[0]]} bytes."
    found.problems.append(Problem("unpacked-too-large", message, remedy, largest[0]))
    while whole > MAX_UNPACKED_BYTES:
        name = largest.pop(0)
        whole -= sizes[name]
        del found.located[name]


def _read_settings(found: _Found) -> None:
    if SETTINGS_FILE not in found.located:
        return
    try:
        settings = RepositorySettings.parse(found.located[SETTINGS_FILE][0].read_bytes())
    except BuildFailedError as error:
        found.problems += error.problems
        return
    if settings.run_setup:
        found.notices.append(_RUN_SETUP)
        if SETUP not in found.located:
            cure = f"Add setup.py, or remove run-setup from {SETTINGS_FILE}."
            found.problems.append(Problem("no-setup", "there is no setup.py to run", cure, SETUP))


def _read_info(found: _Found) -> PackedInfo:
    if INFO_FILE not in found.located:
        return _NAMELESS
    try:
        return read_packed_info(found.located[INFO_FILE][0].read_bytes())
    except BuildFailedError as error:
        # The check of the bundle tells the same again, and a problem is told once.
        found.problems += error.problems
        return _NAMELESS


def _name_problems(info: PackedInfo, names: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with the names that entries of the bundle would have, each at its file."""
    top = info.folder
    whole = packed_member(f"{top}/x")
    if faults := [*name_faults([whole]), *top_folder([whole])[1]]:
        # It is told once, where the name stands.
        remedy = "Choose a name that can name a folder."
        yield replace(faults[0], remedy=remedy, file=INFO_FILE, line=info.name_line)
        top = _NAMELESS.folder
    members = {packed_member(f"{top}/{name}"): name for name in names}
    for member, name in members.items():
        for problem in name_faults([member]):
            yield _at(problem, name)
    for member, problem in clashing(members):
        yield _at(problem, members[member])


def _at(problem: Problem, file: str) -> Problem:
    return replace(problem, remedy="Rename the file.", file=file)


def _translated(
    found: _Found, info: PackedInfo, scratch: Path
) -> Iterator[tuple[str, list[ZipEntry]]]:
    for name in translations(found.located):
        path, _ = found.located[name]
        try:
            yield name, locale_entries(name, _read_bounded(path), info, scratch)
        except BadTranslationError as error:
            found.problems.append(_bad_translation(name, error))


def _read_bounded(path: Path) -> bytes:
    if path.stat().st_size > MAX_PO_BYTES:
        raise BadTranslationError(f"it has more than {MAX_PO_BYTES} bytes")
    return path.read_bytes()


def _bad_translation(name: str, error: BadTranslationError) -> Problem:
    message = f"the translation is left out: {error}"
    remedy = "Mend the file; `msgfmt --check` names the same place."
    return Problem("bad-translation", message, remedy, name, error.line, Severity.WARNING)
