"""Every request seen: what it is about in the log, and how it was answered for monitors."""

import logging
import random
import re
import time

from flask import Flask, Request, Response, request
from flask.globals import request_ctx

from aslo import log_context
from aslo.web.visit import visit
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
    now = visit()
    if now.number is None:
        given = request.headers.get("X-Request-ID", "")
        now.number = given if _ID.fullmatch(given) else _new_id()
    return now.number


def _new_id() -> str:
    # It tells requests apart and opens nothing; a secret one would be a call of the system.
    return f"{random.getrandbits(64):016x}"


def _begin() -> None:
    visit().began = time.perf_counter()
    log_context.begin(request=request_id())


def _end(response: Response) -> Response:
    seen: Request = request_ctx.request
    ended = time.perf_counter()
    seconds = ended - (visit().began or ended)
    route = NO_ROUTE if seen.url_rule is None else seen.url_rule.rule
    ports().meter.answered(seen.method, route, response.status_code, seconds)
    logger.debug("%s %s: %d in %.3f s", seen.method, seen.path, response.status_code, seconds)
    return response
