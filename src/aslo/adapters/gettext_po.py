"""Read a translation (`.po`) and refuse what GNU msgfmt refuses.

polib reads many broken files without a word; msgfmt, which Sugar's bundle builder runs, does not.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

from aslo.adapters.gettext_mo import compile_catalog

# Comments mean nothing here, and may be written in any charset; `#,` and `#~` are no comments.
_COMMENT = re.compile(rb"[ \t]*#(?![,~])[^\n]*|[ \t]*#~\|[^\n]*")
_KEYWORD = r"(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s+"
_STRING = r"""\"(?:[^"\\]|\\[bfnrtv"\\])*\""""
# msgfmt leaves it out, so that a new template alone changes no catalog.
_TEMPLATE_DATE = re.compile(r"^POT-Creation-Date:.*\n?", re.MULTILINE)
_LINE_NUMBER = re.compile(r"\bline (\d+)")
_HEADER: tuple[str | None, str] = (None, "")
# Of a line without the blanks around it; written so that no line makes it try twice.
_LINE = re.compile(rf"(?:#,.*|#~|(?:#~\s*)?(?:{_KEYWORD})?{_STRING})?")


class BadTranslationError(ValueError):
    """A translation that does not compile; the text says why, and `line` where it is known."""

    def __init__(self, cause: str, line: int | None = None) -> None:
        super().__init__(cause)
        self.line = line


class _Entries(polib.POFile):
    """Entries in the order of the file; the header stays one of them, as msgfmt sees it."""

    def find(self, *_args: object, **_kwargs: object) -> None:
        return None


def compile_translation(source: bytes, scratch: Path) -> bytes:
    """The `.mo` file of a `.po` file, or BadTranslationError; `scratch` is written over."""
    # Only from a file does polib take line feeds alone as the ends of lines.
    scratch.write_bytes(b"\n".join(map(_without_comment, source.split(b"\n"))) + b"\n")
    encoding = polib.detect_encoding(str(scratch))
    _check_lines(scratch, encoding)
    messages = dict(_messages(_parse(scratch, encoding), encoding))
    if not messages:
        raise BadTranslationError("it translates nothing and has no header")
    return compile_catalog(messages)


def _without_comment(line: bytes) -> bytes:
    return b"" if _COMMENT.fullmatch(line) else line


def _check_lines(path: Path, encoding: str) -> None:
    try:
        lines = path.read_text(encoding).split("\n")
    except (UnicodeError, LookupError) as error:
        raise BadTranslationError(f"it is not {encoding}", _line_of(error)) from error
    for number, line in enumerate(lines, start=1):
        if not _LINE.fullmatch(line.strip()):
            cause = f"line {number} is no part of a translation: {line[:80]!r}"
            raise BadTranslationError(cause, number)


def _line_of(error: UnicodeError | LookupError) -> int | None:
    if not isinstance(error, UnicodeDecodeError):
        return None
    return error.object.count(b"\n", 0, error.start) + 1


def _parse(path: Path, encoding: str) -> polib.POFile:
    try:
        entries: polib.POFile = polib.pofile(str(path), encoding=encoding, klass=_Entries)
    except OSError as error:
        cause = str(error).replace(f"{path} ", "")
        number = _LINE_NUMBER.search(cause)
        raise BadTranslationError(cause, int(number[1]) if number else None) from error
    return entries


def _messages(entries: polib.POFile, encoding: str) -> Iterator[tuple[bytes, bytes]]:
    seen: dict[tuple[str | None, str], int | None] = {}
    for entry in entries:
        key = (entry.msgctxt, entry.msgid)
        if key in seen:
            cause = f"line {entry.linenum} repeats the msgid of line {seen[key]}"
            raise BadTranslationError(cause, entry.linenum)
        seen[key] = entry.linenum
        forms = _forms(entry)
        if entry.obsolete or not forms[0] or (entry.fuzzy and key != _HEADER):
            continue
        _check_newlines(entry, forms)
        text = "\0".join(forms) if key != _HEADER else _TEMPLATE_DATE.sub("", forms[0])
        yield _encoded(_key(entry), encoding), _encoded(text, encoding)


def _forms(entry: polib.POEntry) -> list[str]:
    plural = entry.msgstr_plural
    if bool(plural) != bool(entry.msgid_plural) or list(plural) != list(range(len(plural))):
        cause = f"line {entry.linenum} has wrong plural forms"
        raise BadTranslationError(cause, entry.linenum)
    return list(plural.values()) or [entry.msgstr]


def _check_newlines(entry: polib.POEntry, forms: list[str]) -> None:
    if not entry.msgid:
        return
    texts = [entry.msgid, *forms, *([entry.msgid_plural] if entry.msgid_plural else [])]
    for end in (str.startswith, str.endswith):
        if len({end(text, "\n") for text in texts}) == 2:
            cause = f"line {entry.linenum}: msgid and msgstr differ in a newline at the edge"
            raise BadTranslationError(cause, entry.linenum)


def _key(entry: polib.POEntry) -> str:
    context = "" if entry.msgctxt is None else f"{entry.msgctxt}\4"
    plural = f"\0{entry.msgid_plural}" if entry.msgid_plural else ""
    return f"{context}{entry.msgid}{plural}"


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeError as error:
        raise BadTranslationError(f"its charset {encoding} cannot be written") from error
