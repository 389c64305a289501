"""Licences as authors write them, and their SPDX ids where there is no doubt."""

import re

LONGEST = 200

_IDS = (
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "EPL-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.0-only",
    "LGPL-2.0-or-later",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
)

# "GPL", "GPLv3" and "BSD" are not here: they leave open which version or which text is meant.
_SPELLINGS = {id_.lower(): id_ for id_ in _IDS} | {
    "agplv3+": "AGPL-3.0-or-later",
    "agpl-3.0+": "AGPL-3.0-or-later",
    "gplv2+": "GPL-2.0-or-later",
    "gpl-2+": "GPL-2.0-or-later",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl2+": "GPL-2.0-or-later",
    "gpl v2+": "GPL-2.0-or-later",
    "gplv3+": "GPL-3.0-or-later",
    "gpl-3+": "GPL-3.0-or-later",
    "gpl-3.0+": "GPL-3.0-or-later",
    "gpl3+": "GPL-3.0-or-later",
    "gpl v3+": "GPL-3.0-or-later",
    "lgplv2+": "LGPL-2.0-or-later",
    "lgpl-2.0+": "LGPL-2.0-or-later",
    "lgplv2.1+": "LGPL-2.1-or-later",
    "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgplv3+": "LGPL-3.0-or-later",
    "lgpl-3.0+": "LGPL-3.0-or-later",
    "apache license 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "cc0": "CC0-1.0",
    "mit license": "MIT",
    "mplv2": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
}

_SEPARATOR = re.compile(r"\s*[;,]\s*|\s+and\s+|\s+&\s+", re.IGNORECASE)


def spdx(text: str) -> str | None:
    """The SPDX expression for a licence text, if every part of it is certain."""
    if len(text) > LONGEST:
        return None
    parts = [part for part in _SEPARATOR.split(_unwrapped(text)) if part]
    ids = [_SPELLINGS.get(" ".join(_unwrapped(part).lower().split())) for part in parts]
    known = [id_ for id_ in ids if id_ is not None]
    if not known or len(known) != len(ids):
        return None
    return " AND ".join(dict.fromkeys(known))


def _unwrapped(text: str) -> str:
    """The text without parentheses around all of it."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        return text[1:-1].strip()
    return text
