"""Pack a work tree as Sugar's bundle builder does, running none of its code.

What is packed, and under which names, follows `dist_xo --no-fail` of sugar3.activity.bundlebuilder
(https://github.com/sugarlabs/sugar-toolkit-gtk3). It differs where that one breaks or errs:
a committed `locale/` is left out if `po/` is there to make it from, an entry is never written
twice, a translation without a usable charset is skipped, and an empty summary stays empty.
"""

from collections.abc import Iterator
from pathlib import Path

from aslo.adapters.canonical_zip import ZipEntry, write_canonical_zip
from aslo.adapters.gettext_po import BadTranslationError
from aslo.adapters.packed_info import PackedInfo, read_packed_info
from aslo.adapters.packed_locale import locale_entries
from aslo.adapters.tree_files import is_packed, locate_all, translations, without_built
from aslo.adapters.work_tree import WorkTree
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import INFO_FILE
from aslo.domain.problem import Problem
from aslo.domain.settings import SETTINGS_FILE, RepositorySettings
from aslo.ports import LogLine

Located = dict[str, tuple[Path, bool]]
"""Where the content of each packed file is, and whether it is executable."""


def pack(tree: WorkTree, into: Path, limit_bytes: int, log: LogLine) -> Path:
    """Write the bundle of a tree into a folder; BuildFailedError lists what is in the way."""
    located = _locate_all(tree, log)
    _refuse_setup(located)
    _refuse_size(located, limit_bytes)
    info = _read_info(located)
    entries = [ZipEntry(name, path, runs) for name, (path, runs) in located.items()]
    entries += _translate(located, info, into / "scratch.po", log)
    bundle = into / info.file_name
    placed = [ZipEntry(f"{info.folder}/{e.name}", e.content, e.executable) for e in entries]
    write_canonical_zip(bundle, placed, tree.committed_at)
    log(f"packed {len(placed)} files as {bundle.name}")
    return bundle


def _locate_all(tree: WorkTree, log: LogLine) -> Located:
    files = {file.name: file for file in tree.files if is_packed(file.name)}
    names = without_built(files)
    if len(names) < len(files):
        log(
            f"left out {len(files) - len(names)} committed files in locale/, which is made from "
            "po/: remove the folder from the repository"
        )
    found = locate_all(tree, (files[name] for name in names))
    return {name: (path, files[name].executable) for name, path in found.items()}


def _refuse_setup(located: Located) -> None:
    if SETTINGS_FILE not in located:
        return
    settings = RepositorySettings.parse(located[SETTINGS_FILE][0].read_bytes())
    if settings.run_setup:
        message = "the repository wants its own setup.py run, which needs a sandbox"
        remedy = "Build with --builder docker or bubblewrap, or remove run-setup."
        problem = Problem("setup-not-run", message, remedy, SETTINGS_FILE)
        raise BuildFailedError(message, [problem])


def _refuse_size(located: Located, limit_bytes: int) -> None:
    sizes = {name: path.stat().st_size for name, (path, _) in located.items()}
    if sum(sizes.values()) <= limit_bytes:
        return
    largest = max(sizes, key=lambda name: sizes[name])
    message = f"the files have {sum(sizes.values())} bytes, more than {limit_bytes}"
    remedy = f"Leave out large files; {largest} has {sizes[largest]} bytes."
    raise BuildFailedError(message, [Problem("tree-too-large", message, remedy, largest)])


def _read_info(located: Located) -> PackedInfo:
    if INFO_FILE not in located:
        message = f"the tree has no {INFO_FILE}"
        remedy = f"Commit {INFO_FILE} with the section [Activity]."
        raise BuildFailedError(message, [Problem("no-info", message, remedy, INFO_FILE)])
    return read_packed_info(located[INFO_FILE][0].read_bytes())


def _translate(
    located: Located, info: PackedInfo, scratch: Path, log: LogLine
) -> Iterator[ZipEntry]:
    for name in translations(located):
        try:
            yield from locale_entries(name, located[name][0].read_bytes(), info, scratch)
        except BadTranslationError as error:
            log(f"warning: {name} is left out: {error}")
