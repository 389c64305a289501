"""Bodies of many megabytes take turns, so that what nobody signed costs little memory."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import BoundedSemaphore
from typing import Protocol

from aslo.domain.errors import BusyError

PIECE_BYTES = 64 * 1024
SMALL_BYTES = 1024**2
"""What every thread may hold at once; GitHub's deliveries about releases are far below."""
AT_ONCE = 2
PATIENCE_SECONDS = 5.0
"""Half of the time in which GitHub wants an answer."""


class Readable(Protocol):
    """Where a body comes from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""


class Turns:
    """Lets a few large bodies be in the memory of this process at once."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE_SECONDS) -> None:
        self._free = BoundedSemaphore(at_once)
        self._patience = patience

    @contextmanager
    def received(self, stream: Readable) -> Iterator[bytearray]:
        """A whole body, gone from memory afterwards; BusyError where a large one waits too long
        for its turn."""
        body = bytearray()
        with ExitStack() as turn:
            # Not get_data(), which holds all of it twice, for anybody who asks.
            while piece := stream.read(PIECE_BYTES):
                if len(body) <= SMALL_BYTES < len(body) + len(piece):
                    self._take(turn)
                body += piece
            # Whoever holds the error that refuses it would hold the body as well.
            turn.callback(body.clear)
            yield body

    def _take(self, turn: ExitStack) -> None:
        if not self._free.acquire(timeout=self._patience):
            raise BusyError("too many large bodies come at once")
        turn.callback(self._free.release)
