"""Serves the simulator, on this machine alone unless told otherwise, in a thread of its own."""

import threading

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"
# How long ending may take; tests end many.
POLL_SECONDS = 0.05


class _QuietHandler(WSGIRequestHandler):
    """Speaks HTTP/1.1 and keeps no access log: the pages show what happened."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's name)
        """Say nothing."""


class Server:
    """A running server; it listens when this is made."""

    def __init__(self, app: Flask, port: int, host: str = HOST) -> None:
        self._server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="simulator", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{self._server.host}:{self._server.server_port}"

    def stop(self) -> None:
        """Stop listening and wait until that is so."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
