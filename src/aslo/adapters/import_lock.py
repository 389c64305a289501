"""One import at a time beside one journal, and whose it is."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from aslo.domain.errors import FilesError
from aslo.domain.import_errors import ImportRunningError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file; ImportRunningError tells who has it. It ends with the process,
    however that ends, so what stands in the file counts only while it is locked."""
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise FilesError(f"cannot write {path}: {error.strerror}") from error
    with file:
        _take(file)
        yield


def _take(file: TextIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise ImportRunningError(file.read()) from None
    file.truncate(0)
    now = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
    file.write(f"process {os.getpid()} on {socket.gethostname()} since {now}")
    file.flush()
