"""The page at which a simulated person agrees to sign in, and where a site fetches their token."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from aslo.simulator.answers import refused
from aslo.simulator.forge import SimulatedForge
from aslo.simulator.oauth import RefusedError
from aslo.simulator.rest import Answer
from aslo.simulator.state import Document

CARRIED = ("client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method")


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The routes that GitHub has below `/login/oauth`."""
    pages = Blueprint("oauth", __name__, template_folder="templates", url_prefix="/login/oauth")

    @pages.get("/authorize")
    def ask() -> str:
        app = _app(forge)
        people = [each | {"writes_to": _writes_to(forge, each)} for each in forge.oauth.people()]
        carried = {name: request.args.get(name, "") for name in CARRIED}
        return render_template(
            "simulator_authorize.html", app=app, people=_first(people), carried=carried
        )

    @pages.post("/authorize")
    def agree() -> AnyResponse:
        app = _app(forge)
        back, state = request.form["redirect_uri"], request.form.get("state", "")
        login = request.form.get("login", "")
        if not login:
            return _sent(back, error="access_denied", state=state)
        challenge = request.form.get("code_challenge", "")
        code = forge.oauth.agree(app["client_id"], login, back, challenge)
        return _sent(back, code=code, state=state)

    @pages.post("/access_token")
    def token() -> Answer:
        try:
            made = forge.oauth.token(request.form.to_dict())
        except RefusedError as error:
            # GitHub answers 200 here as well.
            return jsonify(error=str(error), error_description="It cannot be taken.")
        return jsonify(access_token=made, token_type="bearer", scope="")  # noqa: S106

    return pages


def _app(forge: SimulatedForge) -> Document:
    """The App that asks; refused unless it comes back to where it said that it would."""
    asked = request.values
    app = forge.oauth.oauth_app(asked.get("client_id", "")) or abort(404)
    back, kept = urlsplit(asked.get("redirect_uri", "")), urlsplit(app["callback"])
    same = (back.scheme, back.netloc) == (kept.scheme, kept.netloc)
    if not same or not back.path.startswith(kept.path):
        abort(refused(400, "The redirect_uri is not associated with this application."))
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        abort(refused(400, "The code_challenge_method must be S256."))
    return app


def _writes_to(forge: SimulatedForge, person: Document) -> list[str]:
    levels = ("write", "admin")
    return [
        each["full_name"] for each in forge.state.find("repository")
        if forge.oauth.permission(each, person["login"]) in levels
    ]  # fmt: skip


def _first(people: list[Document]) -> list[Document]:
    """Who may do most comes first."""
    return sorted(people, key=lambda each: -len(each["writes_to"]))


def _sent(back: str, **told: str) -> AnyResponse:
    return redirect(f"{back}?{urlencode(told)}", 302)
