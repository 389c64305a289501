"""Control routes, so that a second terminal can commit, release, redeliver and order faults."""

import base64
from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from aslo.simulator.faults import Fault
from aslo.simulator.forge import SimulatedForge
from aslo.simulator.repositories import GitFailedError
from aslo.simulator.state import UnknownError

REPOSITORY = "/repositories/<owner>/<name>"
Answer = Response | tuple[Response, int]


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The routes below `/_simulator/`; what they take and give is JSON."""
    control = Blueprint("control", __name__, url_prefix="/_simulator")
    _about_repositories(control, forge)
    _about_releases(control, forge)
    _about_deliveries(control, forge)
    control.errorhandler(UnknownError)(lambda error: _problem(error, 404))
    for wrong in (GitFailedError, TypeError, ValueError, KeyError):
        control.errorhandler(wrong)(lambda error: _problem(error, 422))
    return control


def _about_repositories(control: Blueprint, forge: SimulatedForge) -> None:
    @control.post("/repositories")
    def add_repository() -> Answer:
        return jsonify(forge.add_repository(**_asked())), 201

    @control.post(f"{REPOSITORY}/rename")
    def rename(owner: str, name: str) -> Answer:
        return jsonify(forge.rename_repository(f"{owner}/{name}", **_asked()))

    @control.post(f"{REPOSITORY}/collaborators")
    def let_in(owner: str, name: str) -> Answer:
        forge.add_collaborator(f"{owner}/{name}", **_asked())
        return jsonify(let_in=True), 201

    @control.post(f"{REPOSITORY}/commits")
    def commit(owner: str, name: str) -> Answer:
        asked = _asked()
        files = {path: _content(given) for path, given in asked.pop("files").items()}
        return jsonify(commit=forge.commit(f"{owner}/{name}", files, **asked)), 201

    @control.post(f"{REPOSITORY}/tags")
    def tag(owner: str, name: str) -> Answer:
        return jsonify(commit=forge.tag(f"{owner}/{name}", **_asked())), 201

    @control.get(f"{REPOSITORY}/comments")
    def comments(owner: str, name: str) -> Answer:
        return jsonify(forge.comments(f"{owner}/{name}", request.args.get("commit")))

    @control.post(f"{REPOSITORY}/comments")
    def comment(owner: str, name: str) -> Answer:
        return jsonify(forge.add_comment(f"{owner}/{name}", **_asked())), 201

    @control.get(f"{REPOSITORY}/statuses")
    def statuses(owner: str, name: str) -> Answer:
        return jsonify(forge.statuses(f"{owner}/{name}", request.args.get("commit")))


def _about_releases(control: Blueprint, forge: SimulatedForge) -> None:
    @control.post(f"{REPOSITORY}/releases")
    def release(owner: str, name: str) -> Answer:
        asked = _asked()
        assets = {file: _content(given) or b"" for file, given in asked.pop("assets", {}).items()}
        return jsonify(forge.release(f"{owner}/{name}", assets=assets, **asked)), 201

    @control.patch("/releases/<int:number>")
    def edit(number: int) -> Answer:
        return jsonify(forge.edit_release(number, **_asked()))

    @control.delete("/releases/<int:number>")
    def delete(number: int) -> Answer:
        forge.delete_release(number)
        return jsonify(deleted=number)


def _about_deliveries(control: Blueprint, forge: SimulatedForge) -> None:
    @control.get("/deliveries")
    def deliveries() -> Answer:
        return jsonify(forge.deliveries())

    @control.post("/deliveries/<guid>/redeliver")
    def redeliver(guid: str) -> Answer:
        forge.redeliver(guid)
        return jsonify(guid=guid), 202

    @control.put("/webhook")
    def webhook() -> Answer:
        forge.webhooks.url = str(_asked()["url"])
        return jsonify(url=forge.webhooks.url)

    @control.post("/faults")
    def order() -> Answer:
        known = {field.name for field in fields(Fault)}
        forge.faults.order(Fault(**{k: v for k, v in _asked().items() if k in known}))
        return jsonify(ordered=True), 201

    @control.delete("/faults")
    def cancel() -> Answer:
        forge.faults.cancel()
        return jsonify(ordered=False)


def _asked() -> dict[str, Any]:
    """The JSON object sent; it must say that it is JSON, which no form of a foreign page can."""
    found = request.get_json()
    if not isinstance(found, dict):
        raise TypeError(f"expected a JSON object, got {type(found).__name__}")
    return found


def _content(given: object) -> bytes | None:
    """A file's content: text, `{"base64": ...}`, or null."""
    if given is None:
        return None
    if isinstance(given, dict):
        return base64.b64decode(given["base64"], validate=True)
    return str(given).encode()


def _problem(error: Exception, code: int) -> Answer:
    return jsonify(message=f"{type(error).__name__}: {error}"), code
