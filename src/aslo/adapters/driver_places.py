"""Where the driver of a build and the process that packs for it look for what the other left."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_LONGEST = 64 * 1024

INFO_FILE = Path("activity", "activity.info")
CAUSE_FILE = Path("dist", ".cause")
"""Why there will be no bundle, in a line."""
UNREADABLE_FILE = Path("dist", ".unreadable")
"""Languages whose translations cannot be used, a line each."""


def left(path: Path) -> str:
    """The text of a file, or its beginning; no pipe is waited for and no link followed."""
    with suppress(OSError):
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(file, "rb") as opened:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return opened.read(_LONGEST).decode(errors="replace")
    return ""
