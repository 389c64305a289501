"""What a template of gettext (`.pot`) asks translators for."""

import re

from aslo.domain.message_file import MOST_MESSAGES

_LINE = re.compile(rb'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)[ \t]+)?"(.*)"')
_ESCAPE = re.compile(rb"\\(.)")
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"f": b"\f", b"v": b"\v", b"b": b"\b"}
CONTEXT_ENDS = b"\4"
"""What stands between the context of a message and the message, as in a catalog."""


def asked_messages(data: bytes) -> frozenset[bytes]:
    """The messages of a template as catalogs name them, without plural forms and the header; of
    a broken line nothing is taken, and of a huge template the first messages."""
    found: set[bytes] = set()
    entry: dict[bytes, list[bytes]] = {}
    field = b""
    for line in data.split(b"\n"):
        read = _LINE.fullmatch(line.strip())
        if read is None:
            continue
        keyword, text = read[1], read[2]
        if keyword in (b"msgctxt", b"msgid") and b"msgid" in entry:
            found.add(_named(entry))
            entry = {}
            if len(found) > MOST_MESSAGES:
                break
        field = keyword or field
        entry.setdefault(field, []).append(text)
    found.add(_named(entry))
    return frozenset(found - {b""})


def _named(entry: dict[bytes, list[bytes]]) -> bytes:
    message = _text(entry.get(b"msgid", []))
    if not message or b"msgctxt" not in entry:
        return message
    return _text(entry[b"msgctxt"]) + CONTEXT_ENDS + message


def _text(parts: list[bytes]) -> bytes:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), b"".join(parts))
