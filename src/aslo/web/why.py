"""Why a release is not there: a form, and a page for each repository of the forge."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from aslo.domain.activity import ReleaseState, Repository
from aslo.domain.asked import repository_meant
from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.errors import ForgeError, NotFoundError
from aslo.domain.refusals import NeverToldError
from aslo.domain.trace import Evidence, LinkName, LinkState, Trace
from aslo.services.missed_releases import Missing
from aslo.web import account, asking
from aslo.web.addresses import page, web_link
from aslo.web.api.limits import caller
from aslo.web.wiring import ports

blueprint = Blueprint("why", __name__)

LONGEST = 300
LINKS = {
    LinkName.REPOSITORY: _l("Repository"),
    LinkName.TAG: _l("Newest tag"),
    LinkName.RELEASE: _l("Release on GitHub"),
    LinkName.DELIVERY: _l("Told to this store"),
    LinkName.BUILD: _l("Build"),
    LinkName.LISTING: _l("In the store"),
    LinkName.OFFER: _l("Offered to Sugar"),
    LinkName.ANSWER: _l("Answer on the commit"),
}
# As the macro of states knows them, and in words.
STATES = {
    LinkState.HOLDS: ("passed", _l("done")),
    LinkState.WAITS: ("queued", _l("waiting")),
    LinkState.BROKEN: ("failed", _l("broken here")),
    LinkState.UNKNOWN: ("skipped", _l("cannot be seen now")),
    LinkState.NOT_REACHED: ("skipped", _l("not reached")),
}


@page(blueprint, "/why")
def ask() -> ResponseReturnValue:
    """Ask for a repository, or lead to the one that is asked for."""
    asked = asking.line("q", LONGEST)
    if name := _meant(asked):
        owner, _, repository = name.partition("/")
        return redirect(url_for("why.repository", owner=owner, repository=repository), 302)
    response = make_response(render_template("why.html", asked=asked))
    if asked:
        response.status_code = HTTPStatus.NOT_FOUND
    return response


@page(blueprint, "/why/<owner:owner>/<repository:repository>")
def repository(owner: str, repository: str) -> ResponseReturnValue:
    """How far the newest release of a repository has come, and what holds it up."""
    trace = ports().trace(f"{owner}/{repository}", caller())
    response = make_response(render_template("why_repository.html", **_shown(trace)))
    if not trace.found:
        response.status_code = HTTPStatus.NOT_FOUND
    return _fresh(response)


@page(blueprint, "/why/<owner:owner>/<repository:repository>/replay", methods=("POST",))
def replay(owner: str, repository: str) -> ResponseReturnValue:
    """Take in the newest missing release of a repository, or every one, for who may maintain it."""
    found = _maintained(owner, repository)
    which = Missing.EVERY if request.form.get("which") == Missing.EVERY else Missing.NEWEST
    taken = ports().replay(found, which)
    owner, _, name = found.full_name.partition("/")
    return redirect(url_for("why.repository", owner=owner, repository=name, taken=taken), 303)


def _maintained(owner: str, repository: str) -> Repository:
    """The repository, for somebody who may maintain it."""
    trace = ports().trace(f"{owner}/{repository}", caller())
    found = trace.evidence.repository
    if found is None and trace.note:
        raise ForgeError(trace.note)
    if found is None:
        raise NotFoundError(f"the forge shows no public repository {trace.name}")
    account.require_maintainer(found)
    if not _is_let_in(trace.evidence):
        raise NeverToldError(found.full_name)
    return found


def _is_let_in(known: Evidence) -> bool:
    """Whether a replay lets nobody in who was not: the secret of the webhook, or the App, says
    which repositories publish here, and everybody may write to one of their own."""
    return known.has_come or account.is_admin()


def _taken() -> int | None:
    """How many releases were just taken in, if this page is led to by that."""
    taken = asking.line("taken", 3)
    return int(taken) if taken.isascii() and taken.isdigit() else None


def _fresh(response: Response) -> Response:
    # It changes by the second, and whoever cured something looks again at once.
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shown(trace: Trace) -> dict[str, object]:
    known = trace.evidence
    stored = known.stored
    is_listed = stored is not None and stored.state is ReleaseState.LISTED
    return {
        "trace": trace,
        "taken": _taken(),
        "mine": _is_mine(known),
        "known": known,
        "names": LINKS,
        "states": STATES,
        "listed": stored if is_listed else None,
        "address": known.repository and web_link(known.repository.html_url),
        "release_address": known.sight and known.release and web_link(known.release.html_url),
    }


def _is_mine(known: Evidence) -> bool:
    """Whether the buttons are shown."""
    found = known.repository
    return found is not None and _is_let_in(known) and account.may_maintain(found)


def _meant(asked: str) -> str | None:
    """The repository that is asked for: by its name, an address, or its activity's bundle id."""
    if bundle_id_fault(asked) is not None:
        return repository_meant(asked)
    entry = ports().catalog.entry(asked)
    is_public = entry is not None and any(
        each.state is not ReleaseState.HELD for each in entry.releases
    )
    return repository_meant(entry.activity.repository.full_name) if entry and is_public else None
