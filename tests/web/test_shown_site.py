"""The server of the browser tests: a reader who hangs up leaves nothing open."""

import socket
import struct
from collections.abc import Iterator
from threading import Event
from urllib.parse import urlsplit

from flask import Flask, Response

from fixtures.shown_site import served

SECONDS = 10
ALL = b"all of it"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a reset instead of a farewell

# Its size is known, so that nothing is written after the reset.
SIZE = {"Content-Length": str(len(ALL))}


class _File:
    """An answer whose last byte is sent just before its reader hangs up."""

    def __init__(self) -> None:
        self.hung_up = Event()
        self.closed = Event()

    def __iter__(self) -> Iterator[bytes]:
        yield ALL
        self.hung_up.wait(SECONDS)

    def close(self) -> None:
        self.closed.set()


class _Site:
    """As much of a site as is served."""

    def __init__(self, file: _File) -> None:
        self.app = Flask(__name__)
        self.app.add_url_rule("/", "file", lambda: Response(file, headers=SIZE))


def test_the_file_of_a_reader_who_hangs_up_is_closed():
    file = _File()
    with served(_Site(file)) as url:
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port), SECONDS) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            answer = b""
            while ALL not in answer and (part := reader.recv(1024)):
                answer += part
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        file.hung_up.set()
        assert file.closed.wait(SECONDS)
