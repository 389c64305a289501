"""The way to the forge and back: signing in, and out again."""

import re
import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from aslo.domain.refusals import SignInError
from aslo.web import account
from aslo.web.addresses import page
from aslo.web.returning import safe_return
from aslo.web.visit import visit
from aslo.web.wiring import absolute, ports

blueprint = Blueprint("signing_in", __name__)

BACK = "/account/back"
WAY_SECONDS = 600
"""How long somebody may take at the forge."""
VERIFIER_BYTES = 48
"""64 characters, of the 43 to 128 that RFC 7636 wants in its section 4.1."""
_BEGUN = "begun"
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)


@page(blueprint, "/account")
def show() -> ResponseReturnValue:
    """Who has signed in, or the way to do so."""
    account.accounts()
    return render_template("account.html")


@page(blueprint, "/account/sign-in")
def sign_in() -> ResponseReturnValue:
    """Send a browser to the forge, and remember in its cookie alone that it was sent."""
    found = account.accounts()
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(VERIFIER_BYTES)
    session[_BEGUN] = {
        "state": state,
        "verifier": verifier,
        "next": safe_return(request.args.get("next", "")),
        "at": int(ports().clock().timestamp()),
    }
    return redirect(found.sign_in_url(absolute(BACK), state, verifier))


@blueprint.get(BACK)
def come_back() -> ResponseReturnValue:
    """Sign in whoever comes back with a code, once, in the browser that was sent."""
    found = account.accounts()
    begun = _begun()
    if refusal := request.args.get("error"):
        word = refusal if _WORD.fullmatch(refusal) else "for a reason of its own"
        raise SignInError(f"the forge signed nobody in: {word}")
    code = request.args.get("code", "")
    who, token = found.person(absolute(BACK), code, begun["verifier"])
    account.sign_in(who, token)
    return redirect(visit().root + safe_return(begun["next"]))


@page(blueprint, "/account/sign-out", methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    account.sign_out()
    return redirect(url_for("signing_in.show"), HTTPStatus.SEE_OTHER)


def _begun() -> dict[str, Any]:
    """What this browser was sent to the forge with; SignInError if it was not, or is late."""
    # Taken out first: whatever comes of it, nobody comes back with it twice.
    begun = session.pop(_BEGUN, None)
    given = request.args.get("state", "")
    if begun is None or not secrets.compare_digest(given.encode(), begun["state"].encode()):
        raise SignInError("this browser has not begun to sign in, or begun once more since")
    if ports().clock().timestamp() - begun["at"] > WAY_SECONDS:
        raise SignInError(f"signing in took longer than {WAY_SECONDS // 60} minutes")
    return dict(begun)
