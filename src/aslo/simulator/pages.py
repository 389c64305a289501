"""Pages for people: what was released, delivered, and said about it."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from aslo.simulator.forge import SimulatedForge


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The index, and a page for each repository."""
    pages = Blueprint("pages", __name__, template_folder="templates")

    @pages.get("/")
    def index() -> str:
        return render_template("simulator_index.html", repositories=forge.state.find("repository"))

    @pages.get("/<owner>/<name>")
    def repository(owner: str, name: str) -> str:
        full_name = f"{owner}/{name}"
        found = forge.hosting.repository(full_name)
        return render_template(
            "simulator_repository.html",
            repository=found,
            releases=forge.state.find("release", repository_id=found["id"])[::-1],
            deliveries=forge.state.find("delivery", repository_id=found["id"])[::-1],
            comments=forge.comments(full_name)[::-1],
            statuses=forge.statuses(full_name)[::-1],
        )

    # GitHub has a page for each of these; here all stands on one.
    @pages.get("/<owner>/<name>/<any('releases', 'commit'):_kind>/<path:_rest>")
    def part(owner: str, name: str, _kind: str, _rest: str) -> Response:
        return redirect(f"{forge.url}/{owner}/{name}")

    return pages
