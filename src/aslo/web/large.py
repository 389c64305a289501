"""Answers about the whole catalog, of some megabytes: made once for each state of it, kept packed,
and sent unpacked, piece by piece, to those who take nothing else."""

import threading
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from cachetools import LRUCache
from flask import Flask, Response, current_app

from aslo.domain.errors import CatalogError
from aslo.web.kept import is_kept_elsewhere, takes_gzip
from aslo.web.wiring import WebSettings

ROOM_BYTES = 4 * 1024**2
"""What the packed answers of one process take."""
_ROW_BYTES = 1024
_PIECE_BYTES = 64 * 1024
_LARGE = "aslo-large"


@dataclass(frozen=True, slots=True)
class Packed:
    """An answer as gzip."""

    data: bytes
    length: int
    """How many bytes it has unpacked."""

    def pieces(self) -> Iterator[bytes]:
        """It unpacked."""
        unpacker = zlib.decompressobj(wbits=31)
        data = self.data
        while data:
            yield unpacker.decompress(data, _PIECE_BYTES)
            data = unpacker.unconsumed_tail


class Large:
    """The answers that one application keeps."""

    def __init__(self, waiting: int, room_bytes: int = ROOM_BYTES) -> None:
        self._kept: LRUCache[Hashable, Packed] = LRUCache(
            room_bytes, lambda packed: len(packed.data) + _ROW_BYTES
        )
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._waiting = threading.BoundedSemaphore(waiting)
        """For each thread that may make one, or wait for it."""

    def get(self, key: Hashable, make: Callable[[], Iterable[str]]) -> Packed:
        """What was made for that key, which names all that it shows; or is made now. CatalogError
        where so many wait already that other pages would have to."""
        return self._known(key) or self._made(key, make)

    def _made(self, key: Hashable, make: Callable[[], Iterable[str]]) -> Packed:
        if not self._waiting.acquire(blocking=False):
            raise CatalogError("too many ask at once for what shows all of it")
        try:
            # One at a time: when the catalog moves, all ask at once for what takes half a second.
            with self._making:
                return self._known(key) or self._new(key, make)
        finally:
            self._waiting.release()

    def _new(self, key: Hashable, make: Callable[[], Iterable[str]]) -> Packed:
        packed = _pack(make())
        if len(packed.data) + _ROW_BYTES <= self._kept.maxsize:
            with self._lock:
                self._kept[key] = packed
        return packed

    def _known(self, key: Hashable) -> Packed | None:
        with self._lock:
            return self._kept.get(key)


def set_up(app: Flask, chosen: WebSettings) -> None:
    """Let the application keep such answers; half of its threads are for other pages."""
    app.extensions[_LARGE] = Large(max(1, chosen.threads // 2))


def large(key: Hashable, make: Callable[[], Iterable[str]], media_type: str) -> Response:
    """The answer for that key, as the request takes it."""
    kept: Large = current_app.extensions[_LARGE]
    packed = kept.get(key, make)
    is_kept_elsewhere()
    # Whoever takes brotli takes gzip, and a second form would take its room as well.
    if takes_gzip():
        response = Response(packed.data, content_type=media_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(packed.pieces(), content_type=media_type)
        response.content_length = packed.length
    response.vary.add("Accept-Encoding")
    return response


def _pack(pieces: Iterable[str]) -> Packed:
    packer = zlib.compressobj(wbits=31)
    packed, length = [], 0
    for piece in _joined(pieces):
        length += len(piece)
        packed.append(packer.compress(piece))
    return Packed(b"".join([*packed, packer.flush()]), length)


def _joined(pieces: Iterable[str]) -> Iterator[bytes]:
    """The same in pieces of a size that is worth a call."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            yield "".join(waiting).encode()
            waiting.clear()
            size = 0
    yield "".join(waiting).encode()
