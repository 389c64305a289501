"""A client of many connections that sends prepared requests, each as soon as its turn comes.

wrk sends for a time; this sends a list to its end, so that every single answer can be accounted
for. It prepares nothing while it sends and reads no more of an answer than its length.
"""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_RECEIVE_BYTES = 65_536
_PATIENCE_SECONDS = 60


@dataclass
class Outcome:
    """What came back of a list of requests."""

    statuses: list[int]
    """The status of each request, in the order of the list; 0 if there was no answer."""
    seconds: list[float]
    """How long each answer took, in the order of the list."""
    lasted: float

    @property
    def errors(self) -> int:
        """How many requests were not answered with 2xx."""
        return sum(status // 100 != 2 for status in self.statuses)  # noqa: PLR2004 - the 2 of 2xx

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (len(self.statuses) - self.errors) / self.lasted

    def percentile(self, share: float) -> float:
        """The time within which that share of the requests was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class _Connection:
    socket: socket.socket
    number: int = -1
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)


class Burst:
    """Sends each request of a list once, over as many connections at once as are asked for."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], width: int) -> None:
        self._address = address
        self._requests = requests
        self._width = width
        self._next = 0
        self._selector = selectors.DefaultSelector()
        self._outcome = Outcome([0] * len(requests), [0.0] * len(requests), 0.0)

    def run(self) -> Outcome:
        """Send all of them and return what came back."""
        connections = [_Connection(_connected(self._address)) for _ in range(self._width)]
        started = time.perf_counter()
        for connection in connections:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._send(connection)
        while self._selector.get_map():
            ready = self._selector.select(_PATIENCE_SECONDS)
            if not ready:
                break
            for key, _ in ready:
                self._receive(key.data)
        self._outcome.lasted = time.perf_counter() - started
        for connection in connections:
            connection.socket.close()
        return self._outcome

    def _send(self, connection: _Connection) -> None:
        if self._next == len(self._requests):
            self._selector.unregister(connection.socket)
            return
        connection.number, self._next = self._next, self._next + 1
        connection.sent_at = time.perf_counter()
        try:
            connection.socket.sendall(self._requests[connection.number])
        except OSError:
            self._answered(connection, 0)

    def _receive(self, connection: _Connection) -> None:
        try:
            part = connection.socket.recv(_RECEIVE_BYTES)
        except OSError:
            part = b""
        connection.received += part
        if not part:
            self._answered(connection, 0)
        elif (status := _status(connection.received)) is not None:
            self._answered(connection, status)

    def _answered(self, connection: _Connection, status: int) -> None:
        self._outcome.seconds[connection.number] = time.perf_counter() - connection.sent_at
        self._outcome.statuses[connection.number] = status
        closes = (
            status == 0 or b"\r\nconnection: close" in bytes(connection.received[:2000]).lower()
        )
        connection.received.clear()
        if closes:
            self._reconnect(connection)
        self._send(connection)

    def _reconnect(self, connection: _Connection) -> None:
        self._selector.unregister(connection.socket)
        connection.socket.close()
        connection.socket = _connected(self._address)
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)


def _connected(address: tuple[str, int]) -> socket.socket:
    made = socket.create_connection(address, timeout=_PATIENCE_SECONDS)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _status(received: bytearray) -> int | None:
    """The status of an answer that is complete; None while it is not."""
    head, blank, body = received.partition(b"\r\n\r\n")
    if not blank:
        return None
    length = _LENGTH.search(head)
    if length is None or len(body) < int(length[1]):
        return None
    return int(head[9:12])
