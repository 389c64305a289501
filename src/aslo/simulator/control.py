"""Control routes, so that a second terminal can commit, release, redeliver and order faults."""

import base64
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from aslo.simulator.faults import Fault
from aslo.simulator.repositories import GitFailedError
from aslo.simulator.state import UnknownError

if TYPE_CHECKING:
    from aslo.simulator.simulator import Simulator

REPOSITORY = "/repositories/<owner>/<name>"
Answer = Response | tuple[Response, int]


def blueprint(simulator: "Simulator") -> Blueprint:
    """The routes below `/_simulator/`; what they take and give is JSON."""
    control = Blueprint("control", __name__, url_prefix="/_simulator")
    _about_repositories(control, simulator)
    _about_releases(control, simulator)
    _about_deliveries(control, simulator)
    control.errorhandler(UnknownError)(lambda error: _problem(error, 404))
    for wrong in (GitFailedError, TypeError, ValueError, KeyError):
        control.errorhandler(wrong)(lambda error: _problem(error, 422))
    return control


def _about_repositories(control: Blueprint, simulator: "Simulator") -> None:
    @control.post("/repositories")
    def add_repository() -> Answer:
        return jsonify(simulator.add_repository(**_asked())), 201

    @control.post(f"{REPOSITORY}/rename")
    def rename(owner: str, name: str) -> Answer:
        return jsonify(simulator.rename_repository(f"{owner}/{name}", **_asked()))

    @control.post(f"{REPOSITORY}/commits")
    def commit(owner: str, name: str) -> Answer:
        asked = _asked()
        files = {path: _content(given) for path, given in asked.pop("files").items()}
        return jsonify(commit=simulator.commit(f"{owner}/{name}", files, **asked)), 201

    @control.post(f"{REPOSITORY}/tags")
    def tag(owner: str, name: str) -> Answer:
        return jsonify(commit=simulator.tag(f"{owner}/{name}", **_asked())), 201

    @control.get(f"{REPOSITORY}/comments")
    def comments(owner: str, name: str) -> Answer:
        return jsonify(simulator.comments(f"{owner}/{name}", request.args.get("commit")))

    @control.get(f"{REPOSITORY}/statuses")
    def statuses(owner: str, name: str) -> Answer:
        return jsonify(simulator.statuses(f"{owner}/{name}", request.args.get("commit")))


def _about_releases(control: Blueprint, simulator: "Simulator") -> None:
    @control.post(f"{REPOSITORY}/releases")
    def release(owner: str, name: str) -> Answer:
        asked = _asked()
        assets = {file: _content(given) or b"" for file, given in asked.pop("assets", {}).items()}
        return jsonify(simulator.release(f"{owner}/{name}", assets=assets, **asked)), 201

    @control.patch("/releases/<int:number>")
    def edit(number: int) -> Answer:
        return jsonify(simulator.edit_release(number, **_asked()))

    @control.delete("/releases/<int:number>")
    def delete(number: int) -> Answer:
        simulator.delete_release(number)
        return jsonify(deleted=number)


def _about_deliveries(control: Blueprint, simulator: "Simulator") -> None:
    @control.get("/deliveries")
    def deliveries() -> Answer:
        return jsonify(simulator.deliveries())

    @control.post("/deliveries/<guid>/redeliver")
    def redeliver(guid: str) -> Answer:
        simulator.redeliver(guid)
        return jsonify(guid=guid), 202

    @control.put("/webhook")
    def webhook() -> Answer:
        simulator.webhooks.url = str(_asked()["url"])
        return jsonify(url=simulator.webhooks.url)

    @control.post("/faults")
    def order() -> Answer:
        known = {field.name for field in fields(Fault)}
        simulator.faults.order(Fault(**{k: v for k, v in _asked().items() if k in known}))
        return jsonify(ordered=True), 201

    @control.delete("/faults")
    def cancel() -> Answer:
        simulator.faults.cancel()
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
