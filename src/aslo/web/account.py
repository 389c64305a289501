"""Who has signed in, and what they may do; every form that changes something asks here first."""

import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import cast

from flask import Flask, Response, current_app, request, session
from markupsafe import Markup

from aslo.domain.activity import Repository
from aslo.domain.errors import NotFoundError
from aslo.domain.person import Person
from aslo.domain.refusals import NotSignedInError, NotYoursError, StrayFormError
from aslo.ports import Accounts
from aslo.web import sessions
from aslo.web.addresses import link_asked
from aslo.web.maintainers import Maintainers
from aslo.web.returning import safe_return
from aslo.web.visit import visit
from aslo.web.wiring import WebPorts, WebSettings, absolute, ports

_MAINTAINERS = "aslo-maintainers"
_PERSON, _FORM = "person", "form"
FORM_FIELD = "csrf"
FORM_BYTES = 16 * 1024
READING = ("GET", "HEAD", "OPTIONS")
FOR_ONE = "private, no-store"


@dataclass(frozen=True, slots=True)
class _Session:
    """What the cookie says of whoever signed in."""

    person: Person
    token: str
    form: str


def set_up(app: Flask, given: WebPorts, chosen: WebSettings) -> None:
    """Know who asks, refuse stray forms, and let nobody keep a page that is one person's."""
    sessions.set_up(app, chosen)
    if given.accounts is not None:
        app.extensions[_MAINTAINERS] = Maintainers(given.accounts, chosen.admins, given.clock)
    app.before_request(_refuse_stray_form)
    app.after_request(_keep_private)
    app.add_template_global(person)
    app.add_template_global(csrf_field)
    app.add_template_global(sign_in_url)
    app.add_template_global(page_before)


def accounts() -> Accounts:
    """Where people sign in; NotFoundError where nobody can."""
    found = ports().accounts
    if found is None:
        raise NotFoundError("nobody can sign in at this store")
    return found


def person() -> Person | None:
    """Who has signed in; None where nobody has, or nobody can."""
    signed_in = _session()
    return None if signed_in is None else signed_in.person


def require_maintainer(repository: Repository) -> Person:
    """Whoever has signed in, if they may write to that repository or are an admin of this store.

    NotSignedInError if nobody has signed in, NotYoursError if they may not, ForgeError if the
    forge cannot say so.
    """
    signed_in = _session()
    if signed_in is None:
        raise NotSignedInError("nobody has signed in here")
    if not _maintainers().may(signed_in.person, signed_in.token, repository):
        raise NotYoursError(signed_in.person.login, repository.full_name)
    return signed_in.person


def is_admin() -> bool:
    """Whether an admin of this store has signed in."""
    signed_in = _session()
    return signed_in is not None and _maintainers().is_admin(signed_in.person)


def may_maintain(repository: Repository) -> bool:
    """Whether a button of a maintainer is to be shown; pressing it asks once more."""
    signed_in = _session()
    if signed_in is None:
        return False
    try:
        return _maintainers().may_soon(signed_in.person, signed_in.token, repository)
    except NotSignedInError:
        return False


def csrf_field() -> Markup:
    """The hidden field by which a form tells that a page of this session has shown it."""
    signed_in = _session()
    value = "" if signed_in is None else signed_in.form
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_FIELD, value)


def sign_in_url() -> str:
    """Where to sign in and come back to this page; empty where nobody can."""
    if ports().accounts is None:
        return ""
    # At the address that the forge sends people back to, for the cookie must be there.
    return absolute(link_asked("signing_in.sign_in", next=_this_page()))


def page_before() -> str:
    """The page whose button was pressed."""
    return visit().root + _this_page()


def sign_in(who: Person, token: str) -> None:
    """Begin a new session; nothing of one from before is left."""
    session.clear()
    ends = ports().clock() + sessions.LASTS
    session[_PERSON] = [who.id, who.login, sessions.sealed(token), int(ends.timestamp())]
    session[_FORM] = secrets.token_urlsafe(24)


def sign_out() -> None:
    """Forget who signed in."""
    session.clear()


def _session() -> _Session | None:
    if ports().accounts is None or _PERSON not in session:
        return None
    number, login, seal, ends = session[_PERSON]
    token = sessions.unsealed(seal)
    if token is None or ports().clock().timestamp() >= ends:
        return None
    return _Session(Person(number, login), token, session[_FORM])


def _maintainers() -> Maintainers:
    return cast("Maintainers", current_app.extensions[_MAINTAINERS])


def _this_page() -> str:
    """The page to come back to; that of a button is one above what the button is for."""
    if request.method in READING:
        query = request.query_string.decode("ascii", "replace")
        return safe_return(f"{request.path}?{query}" if query else request.path)
    return safe_return(request.path.rpartition("/")[0])


def _refuse_stray_form() -> None:
    # What is not there, or not done that way, is told as ever; elsewhere nobody has a session.
    if request.method in READING or request.routing_exception:
        return
    if not sessions.is_personal(request.path):
        return
    accounts()
    signed_in = _session()
    if signed_in is None:
        raise NotSignedInError("nobody has signed in here, or it was too long ago")
    request.max_content_length = FORM_BYTES
    given = request.form.get(FORM_FIELD, "")
    if not compare_digest(given.encode(), signed_in.form.encode()):
        raise StrayFormError("this form does not come from a page of this session")


def _keep_private(response: Response) -> Response:
    # Also while somebody is on the way to sign in, whose cookie is set by then.
    if sessions.is_personal(request.path) and (session.accessed and bool(session)):
        response.headers["Cache-Control"] = FOR_ONE
        response.vary.add("Cookie")
    return response
