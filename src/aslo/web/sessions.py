"""The cookie of somebody who signs in: signed, short-lived, and read below a few paths alone."""

import base64
import hashlib
import re
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from aslo.web.wiring import WebSettings, settings

LASTS = timedelta(hours=8)
PERSONAL = re.compile(
    r"(?:/[a-z]{2,3}(?:[_@][A-Za-z0-9]{2,8}){0,3})?/(?:account|builds|why)(?:[/.]|$)"
)
"""Where a page may be made for one person; everything else is the same for all, and kept."""


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions, and none at all for a page that everybody gets."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        if not is_personal(request.path):
            return self.make_null_session(app)
        return super().open_session(app, request)


def set_up(app: Flask, chosen: WebSettings) -> None:
    """Sign cookies with the operator's secret; without one there is none."""
    secure = chosen.public_url.startswith("https:")
    app.session_interface = Sessions()
    app.secret_key = chosen.session_secret or None
    app.config.update(
        # A browser takes such a name only from the very host, over TLS, and for all of it:
        # no sibling of ours can set one. https://datatracker.ietf.org/doc/html/rfc6265bis
        SESSION_COOKIE_NAME="__Host-aslo" if secure else "aslo",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LASTS,
    )


def is_personal(path: str) -> bool:
    """Whether the page at a path may be made for one person."""
    return PERSONAL.match(path) is not None


def sealed(text: str) -> str:
    """A text that nobody but this site can read; signing alone would show it to whoever has the
    cookie."""
    return _seal().encrypt(text.encode()).decode()


def unsealed(text: str) -> str | None:
    """What was sealed; None if it was not by us, or too long ago."""
    try:
        return _seal().decrypt(text, ttl=int(LASTS.total_seconds())).decode()
    except InvalidToken:
        return None


def _seal() -> Fernet:
    # Another key than that of the signatures, made of the same secret.
    digest = hashlib.sha256(b"seal " + settings().session_secret).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
