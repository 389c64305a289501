"""Pages for people: what was released, delivered, and said about it."""

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from aslo.simulator.simulator import Simulator


def blueprint(simulator: "Simulator") -> Blueprint:
    """The index, and a page for each repository."""
    pages = Blueprint("pages", __name__, template_folder="templates")

    @pages.get("/")
    def index() -> str:
        return render_template(
            "simulator_index.html", repositories=simulator.state.find("repository")
        )

    @pages.get("/<owner>/<name>")
    def repository(owner: str, name: str) -> str:
        full_name = f"{owner}/{name}"
        found = simulator.hosting.repository(full_name)
        return render_template(
            "simulator_repository.html",
            repository=found,
            releases=simulator.state.find("release", repository_id=found["id"])[::-1],
            deliveries=simulator.state.find("delivery", repository_id=found["id"])[::-1],
            comments=simulator.comments(full_name)[::-1],
            statuses=simulator.statuses(full_name)[::-1],
        )

    # GitHub has a page for each of these; here all stands on one.
    @pages.get("/<owner>/<name>/<any('releases', 'commit'):_kind>/<path:_rest>")
    def part(owner: str, name: str, _kind: str, _rest: str) -> Response:
        return redirect(f"{simulator.url}/{owner}/{name}")

    return pages
