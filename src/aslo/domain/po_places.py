"""Where a text stands in a `.po` file, for whoever has to mend its translation."""

import re
from collections.abc import Iterator

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*$')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def translation_line(source: bytes, text: str) -> int | None:
    """The line on which the translation of a text begins; None if the file has none."""
    asked, started = "", False
    for number, line in enumerate(source.decode(errors="replace").split("\n"), 1):
        if line.startswith("msgid "):
            asked, started = _said(line), True
        elif line.startswith("msgstr"):
            if started and asked == text:
                return number
            started = False
        elif started and line.startswith('"'):
            asked += _said(line)
    return None


def linfo_keys(linfo: bytes) -> Iterator[str]:
    """For each line of an activity.linfo, the key whose value stands on it."""
    key = ""
    for line in linfo.decode(errors="replace").split("\n"):
        found = re.match(r"(name|summary) = ", line)
        key = found[1] if found else key
        yield key


def _said(line: str) -> str:
    found = _STRING.search(line)
    return _ESCAPE.sub(lambda each: _ESCAPED.get(each[1], each[1]), found[1]) if found else ""
