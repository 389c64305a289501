"""Run Sugar's bundle builder on a tree, and none of the tree's own code.

A process of its own beside the driver, which asks for it: `driver_packing.py TREE`.
"""

import configparser
import gettext
import sys
import traceback
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, BinaryIO

INFO_FILE = Path("activity", "activity.info")
CAUSE_FILE = Path("dist", ".cause")
"""Why there will be no bundle, in a line."""
UNREADABLE_FILE = Path("dist", ".unreadable")
"""Languages whose translations cannot be used, a line each."""


def pack(work: Path) -> None:
    """Run the bundle builder on a tree, and none of the tree's own code."""
    from sugar3.activity import bundlebuilder  # type: ignore[import-not-found]  # noqa: PLC0415  only the sandbox has it

    sys.argv = [str(work / "setup.py"), "dist_xo", "--no-fail"]
    bundlebuilder.open = _open
    bundlebuilder.gettext = SimpleNamespace(GNUTranslations=partial(_Catalog, work))
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
                self._found = gettext.GNUTranslations(file)
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
    pack(Path(sys.argv[1]))
