"""Gunicorn's threads, with connections shared out evenly among its processes.

Whichever process is awake takes a new connection, and kept-alive ones stay: of a hundred that
come at once, one process may get ninety, and whoever waits there waits nine times as long.
"""

import mmap
import struct
import time
from collections.abc import Iterator
from socket import socket
from typing import Any, ClassVar

from gunicorn.workers.gthread import ThreadWorker

_LOOK_SECONDS = 0.001
_LOOKS = 5
"""How often a process with more connections looks whether another took the new one."""
_SILENT_SECONDS = 3.0
"""Longer than the loop of a process that does well; one that is stuck or gone is not waited for."""
_SLOTS = 64
_SLOT = struct.Struct("dq")
"""When a process last turned its loop, and the connections that it then had."""


class EvenWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Leaves a new connection for a moment to a process that has fewer."""

    _table: ClassVar[mmap.mmap | None] = None

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Make what the processes share; called in their parent, before it has any."""
        super().check_config(cfg, log)
        cls._table = mmap.mmap(-1, _SLOTS * _SLOT.size)

    def notify(self) -> None:
        """Tell the parent, and the other processes, that this one turns its loop."""
        super().notify()
        self._tell()

    def accept(self, listener: socket) -> None:
        """Take a new connection, if no other process has taken it meanwhile."""
        for _ in range(_LOOKS):
            if not self._is_ahead():
                break
            time.sleep(_LOOK_SECONDS)
        super().accept(listener)
        self._tell()

    def _tell(self) -> None:
        told = (time.monotonic(), self.nr_conns) if self.alive else (0.0, 0)
        _SLOT.pack_into(self._shared(), self._mine() * _SLOT.size, *told)

    def _is_ahead(self) -> bool:
        return any(count < self.nr_conns for count in self._others())

    def _others(self) -> Iterator[int]:
        since = time.monotonic() - _SILENT_SECONDS
        for slot, (heard, count) in enumerate(_SLOT.iter_unpack(self._shared())):
            if slot != self._mine() and heard > since:
                yield count

    def _mine(self) -> int:
        # Of so many processes in a row at most one is at each place, however often they die.
        return int(self.age) % _SLOTS

    def _shared(self) -> mmap.mmap:
        if self._table is None:
            raise RuntimeError("check_config() was not called before the fork")
        return self._table
