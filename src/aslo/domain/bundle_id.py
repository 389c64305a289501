"""Which bundle ids an activity may have."""

import re

LONGEST = 128

# A segment starts with a letter, digit or underscore, so that an id never looks like an option.
_SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
_GRAMMAR = re.compile(rf"{_SEGMENT}(?:\.{_SEGMENT})+")

RESERVED = frozenset(
    {
        "apple-touch-icon.png",
        "browserconfig.xml",
        "favicon.ico",
        "favicon.svg",
        "humans.txt",
        "manifest.json",
        "manifest.webmanifest",
        "opensearch.xml",
        "robots.txt",
        "security.txt",
        "sitemap.xml",
        "sw.js",
        "update.json",
    }
)
"""Names at the root of the site; an activity's page lies at `/<bundle_id>`."""


def bundle_id_fault(text: str) -> str | None:
    """Why a text cannot be a bundle id; nothing if it can."""
    if len(text) > LONGEST:
        return f"has {len(text)} characters, more than {LONGEST}"
    if not _GRAMMAR.fullmatch(text):
        return "is not two or more words of letters, digits, _ and - with dots between"
    if text.casefold() in RESERVED:
        return "is a name that the store itself uses"
    return None
