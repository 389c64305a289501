"""What an error looks like from outside: the only place that knows HTTP statuses of errors."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from aslo.domain.errors import (
    AsloError,
    AuthorError,
    BadQuestionError,
    BadSignatureError,
    NotFoundError,
    OutageError,
)
from aslo.domain.refusals import (
    NeverToldError,
    NotRetriedError,
    NotSignedInError,
    NotYoursError,
    SignInError,
    StrayFormError,
)
from aslo.web.language import DEFAULT
from aslo.web.seen import request_id
from aslo.web.visit import visit

logger = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[AsloError], HTTPStatus], ...] = (
    (BadSignatureError, HTTPStatus.UNAUTHORIZED),
    (NotSignedInError, HTTPStatus.UNAUTHORIZED),
    (NotYoursError, HTTPStatus.FORBIDDEN),
    (NeverToldError, HTTPStatus.FORBIDDEN),
    (StrayFormError, HTTPStatus.FORBIDDEN),
    (NotRetriedError, HTTPStatus.CONFLICT),
    (SignInError, HTTPStatus.BAD_REQUEST),
    (AuthorError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BadQuestionError, HTTPStatus.BAD_REQUEST),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (OutageError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first class that fits decides; anything else is our fault, a 500."""

HINTS = {
    HTTPStatus.BAD_REQUEST: _l("Go back to the first page and try another way."),
    HTTPStatus.NOT_FOUND: _l("Check the address, or search for it."),
    HTTPStatus.METHOD_NOT_ALLOWED: _l("Use one of the methods that the Allow header names."),
    HTTPStatus.GONE: _l("See the other releases of this activity."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _l("Send less."),
    HTTPStatus.SERVICE_UNAVAILABLE: _l("Try again in a minute."),
}
HINTS_OF = {
    NotSignedInError.code: _l("Sign in, then press the button again."),
    SignInError.code: _l("Begin to sign in once more."),
    NotYoursError.code: _l(
        "Ask somebody who may write to the repository, or an operator of this store."
    ),
    NeverToldError.code: _l(
        "Add the webhook to the repository first, or ask an operator of this store."
    ),
    NotRetriedError.code: _l(
        "See on its page how it stands; one that failed can be started again."
    ),
    StrayFormError.code: _l("Open the page again, and press the button there."),
}
"""Where the status alone does not say what to do."""
HINTS_FOR_PROGRAMS = {
    HTTPStatus.BAD_REQUEST: "Ask as /api/v1/openapi.json describes it.",
    HTTPStatus.NOT_FOUND: "Check the address: /api/v1/openapi.json has all there are.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Use one of the methods that the Allow header names.",
    HTTPStatus.GONE: "Ask as /api/v1/openapi.json describes it.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send JSON, with Content-Type: application/json.",
    HTTPStatus.TOO_MANY_REQUESTS: "Wait as many seconds as Retry-After says.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Try again in a minute.",
}
"""The API speaks English, whoever asks."""
RETRY_SECONDS = 30
# What HTTP itself says that a client must see beside the status.
_KEPT_HEADERS = ("Allow", "Content-Range", "Location", "Retry-After")


@dataclass(frozen=True, slots=True)
class _Shown:
    """An error as it is told."""

    status: HTTPStatus
    code: str
    message: str
    hint: str
    request_id: str | None = None
    for_readers: bool = False
    """Whether message and hint are in the reader's language, and not in English."""


def set_up(app: Flask) -> None:
    """Let every error of the application end here."""
    app.register_error_handler(AsloError, _asked_for)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: AsloError) -> HTTPStatus:
    """The HTTP status of one of our errors."""
    fitting = (status for kind, status in STATUSES if isinstance(error, kind))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


def _asked_for(error: AsloError) -> Response:
    _choose_language()
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    shown = _Shown(status, error.code, error.message, error.hint)
    if isinstance(error, OutageError):
        # The cause names our machines, which helps no reader; the log has it.
        logger.warning("%s %s: %s", request.method, request.path, error)
        message = _("a part of this site is not working right now")
        shown = _Shown(status, error.code, message, _hint(status), for_readers=True)
    response = _answer(shown)
    if isinstance(error, OutageError):
        asked = error.retry_after.total_seconds() if error.retry_after else RETRY_SECONDS
        response.headers["Retry-After"] = str(max(1, round(asked)))
    return response


def _http(error: HTTPException) -> Response:
    _choose_language()
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    code = status.phrase.lower().replace(" ", "-")
    response = _answer(_Shown(status, code, status.phrase.lower(), _hint(status)))
    response.headers.extend(
        (name, value) for name, value in error.get_headers() if name in _KEPT_HEADERS
    )
    return response


def _unexpected(error: Exception) -> Response:
    _choose_language()
    number = request_id()
    logger.error("request %s: %s %s broke", number, request.method, request.path, exc_info=error)
    message = _("something on our side broke")
    hint = _("Try again; if it happens again, tell us the number %(id)s.", id=number)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(_Shown(status, "internal-error", message, hint, number, for_readers=True))


def _choose_language() -> None:
    if _is_of_api():
        visit().reads = DEFAULT


def _hint(status: HTTPStatus) -> str:
    if _is_of_api():
        return HINTS_FOR_PROGRAMS.get(status, HINTS_FOR_PROGRAMS[HTTPStatus.BAD_REQUEST])
    return str(HINTS.get(status, HINTS[HTTPStatus.BAD_REQUEST]))


def _answer(shown: _Shown) -> Response:
    if _wants_json():
        told = {"error": shown.code, "message": shown.message, "hint": shown.hint}
        if shown.request_id:
            told["request_id"] = shown.request_id
        response = jsonify(told)
    else:
        hint = shown.hint if shown.for_readers else HINTS_OF.get(shown.code, _hint(shown.status))
        response = make_response(render_template("error.html", shown=shown, hint=hint))
    response.status_code = shown.status
    response.headers["Cache-Control"] = "no-store"
    if shown.request_id:
        response.headers["X-Request-ID"] = shown.request_id
    return response


def _is_of_api() -> bool:
    return request.path.startswith("/api/")


def _wants_json() -> bool:
    if _is_of_api() or request.path.endswith(".json"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
