"""Every request seen: what it is about in the log, and how it was answered for monitors."""

import logging
import random
import re
import time

from flask import Flask, Response, g, request

from aslo import log_context
from aslo.web.wiring import ports

logger = logging.getLogger(__name__)

_ID = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
NO_ROUTE = "none"


def set_up(app: Flask) -> None:
    """Watch the requests of the application."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The number of this request, which the web server in front may have given it."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _ID.fullmatch(given) else _new_id()
    return str(g.request_id)


def _new_id() -> str:
    # It tells requests apart and opens nothing; a secret one would be a call of the system.
    return f"{random.getrandbits(64):016x}"


def _begin() -> None:
    g.began = time.perf_counter()
    log_context.begin(request=request_id())


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    rule = request.url_rule
    route = NO_ROUTE if rule is None else rule.rule
    ports().meter.answered(request.method, route, response.status_code, seconds)
    logger.debug("%s %s: %d in %.3f s", request.method, request.path, response.status_code, seconds)
    return response
