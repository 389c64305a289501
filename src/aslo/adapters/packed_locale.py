"""Make what a bundle holds for one language: the catalog, and the activity's name and summary."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path, PurePosixPath

from aslo.adapters.canonical_zip import ZipEntry
from aslo.adapters.gettext_po import BadTranslationError, compile_translation
from aslo.adapters.packed_info import PackedInfo
from aslo.adapters.tree_files import is_packed


def locale_entries(name: str, source: bytes, info: PackedInfo, scratch: Path) -> list[ZipEntry]:
    """The files made from one `po/<lang>.po`; BadTranslationError if they cannot be made."""
    lang = PurePosixPath(name).name.removesuffix(".po")
    catalog = compile_translation(source, scratch)
    made = {
        f"{lang}/LC_MESSAGES/{info.bundle_id}.mo": catalog,
        f"{lang}/activity.linfo": _linfo(_read_back(catalog), info),
    }
    return [ZipEntry(f"locale/{file}", made[file]) for file in made if is_packed(file)]


def _read_back(catalog: bytes) -> GNUTranslations:
    try:
        found = GNUTranslations(BytesIO(catalog))
        found.ngettext("", "", 1)  # only now is its plural rule computed, which may divide by 0
    except (ArithmeticError, LookupError, OSError, SyntaxError, ValueError) as error:
        # A charset nobody knows, or a plural rule nobody can read: Python stops at it, and so
        # would every Python activity that this catalog reached.
        raise BadTranslationError(f"Python cannot read its catalog: {error}") from error
    return found


def _linfo(catalog: GNUTranslations, info: PackedInfo) -> bytes:
    # An empty text is the key of the catalog's header; it must not be looked up.
    summary = catalog.gettext(info.summary) if info.summary else ""
    one_line = summary.replace("\n", "")
    return f"[Activity]\nname = {catalog.gettext(info.name)}\nsummary = {one_line}\n".encode()
