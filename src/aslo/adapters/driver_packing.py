"""Run Sugar's bundle builder on a tree, and none of the tree's own code.

A process of its own beside the driver, which names the tree on standard input when it is ready.
"""

import configparser
import gettext
import os
import subprocess
import sys
import traceback
import zipfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, BinaryIO

# In the sandbox they stand beside this one.
from driver_catalogs import Compiler  # type: ignore[import-not-found]
from driver_places import CAUSE_FILE, INFO_FILE, UNREADABLE_FILE  # type: ignore[import-not-found]


def main() -> None:
    """Get ready while the tree is copied, then pack it; do nothing if there is none after all."""
    from sugar3.activity import bundlebuilder  # type: ignore[import-not-found]  # noqa: PLC0415  only the sandbox has it

    if name := sys.stdin.read():
        work = Path(name)
        os.chdir(work)
        with Compiler(work / "po") as compiler:
            _pack(work, bundlebuilder, compiler)


def _pack(work: Path, bundlebuilder: Any, compiler: Any) -> None:
    sys.argv = [str(work / "setup.py"), "dist_xo", "--no-fail"]
    bundlebuilder.open = _open
    bundlebuilder.gettext = SimpleNamespace(GNUTranslations=partial(_Catalog, work))
    bundlebuilder.subprocess = SimpleNamespace(
        call=compiler.call, Popen=subprocess.Popen, PIPE=subprocess.PIPE
    )
    # The driver compresses what is in the bundle when it writes it in its own order.
    bundlebuilder.zipfile = SimpleNamespace(
        ZipFile=zipfile.ZipFile, ZIP_DEFLATED=zipfile.ZIP_STORED
    )
    try:
        bundlebuilder.start()
    except Exception as error:  # noqa: BLE001  whatever it is, the author must be told
        traceback.print_exc()
        (work / CAUSE_FILE).parent.mkdir(exist_ok=True)
        (work / CAUSE_FILE).write_text(_one_line(error))
        sys.exit(1)


def _open(path: str, mode: str = "r") -> IO[Any]:
    """Open a file for the bundle builder, which expects a catalog of every translation: of an
    empty one msgfmt makes none."""
    if mode == "rb" and path.endswith(".mo"):
        Path(path).touch()
    return Path(path).open(mode)


class _Catalog:
    """A compiled translation as the bundle builder reads it, which does not survive a bad one."""

    def __init__(self, work: Path, file: BinaryIO) -> None:
        self._found = gettext.NullTranslations()
        lang = Path(file.name).parts[-3]
        with file:
            try:
                found = gettext.GNUTranslations(file)
                found.ngettext("", "", 1)  # only now is its plural rule computed
                self._found = found
            except Exception as error:  # noqa: BLE001  whatever it is, Sugar could not read it
                sys.stderr.write(
                    f"warning: po/{lang}.po is left out: {type(error).__name__}: {error}\n"
                )
                with (work / UNREADABLE_FILE).open("a") as unreadable:
                    unreadable.write(f"{lang}\n")

    def gettext(self, message: str | None) -> str | None:
        """The translation; nothing is nothing in every language, not the catalog's header."""
        return self._found.gettext(message) if message else message


def _one_line(error: Exception) -> str:
    if isinstance(error, configparser.Error):
        return f"{INFO_FILE} cannot be read: {error.message}".replace("\n", " ")
    return " ".join(f"{type(error).__name__}: {error}".split())


if __name__ == "__main__":
    main()
