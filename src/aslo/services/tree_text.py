"""Read a small file of somebody's tree, and nothing that its tree only leads to."""

import os
import stat
from pathlib import Path


def read_text(path: Path, limit_bytes: int) -> bytes | None:
    """The bytes of a file, unless it is missing, larger, or to be reached by a link."""
    if path.parent.is_symlink():
        return None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        data = file.read(limit_bytes + 1)
    return data if len(data) <= limit_bytes else None
