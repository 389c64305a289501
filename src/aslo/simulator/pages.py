"""Pages for people: what was released, delivered, and said about it."""

import json
import re

from flask import Blueprint, redirect, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup
from werkzeug.wrappers import Response

from aslo.simulator.forge import SimulatedForge
from aslo.simulator.state import Document, only

SHOWN = 80
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
# Raw HTML stays text, and links of other kinds than the web's stay words.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The index, and a page for each repository."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    pages.add_app_template_filter(markdown)
    pages.add_app_template_filter(answer)

    @pages.get("/")
    def index() -> str:
        repositories = [
            repository | {"told": _last(forge.statuses(repository["full_name"]))}
            for repository in forge.state.find("repository")
        ]
        return render_template("simulator_index.html", repositories=repositories)

    @pages.get("/<owner>/<name>")
    def repository(owner: str, name: str) -> str:
        full_name = f"{owner}/{name}"
        found = forge.hosting.repository(full_name)
        return render_template(
            "simulator_repository.html",
            repository=found,
            releases=forge.state.find("release", repository_id=found["id"])[::-1],
            deliveries=forge.state.find("delivery", repository_id=found["id"])[::-1],
            comments=forge.comments(full_name),
            statuses=forge.statuses(full_name)[::-1],
        )

    # GitHub has a page for each of these; here all stands on one.
    @pages.get("/<owner>/<name>/issues")
    @pages.get("/<owner>/<name>/<any('releases', 'commit'):_kind>/<path:_rest>")
    def part(owner: str, name: str, **_rest: str) -> Response:
        return redirect(f"{forge.url}/{owner}/{name}")

    @pages.get("/<owner>")
    def account(owner: str) -> Response:
        only(forge.state.find("user", login=owner), owner)
        return redirect(f"{forge.url}/")

    return pages


def markdown(text: str) -> Markup:
    """A comment or notes as GitHub would show them."""
    return Markup(_MARKDOWN.render(_HIDDEN.sub("", text)))  # noqa: S704 - made by the renderer


def answer(delivery: Document) -> str:
    """What the webhook answered, in a few words."""
    if delivery["status_code"] is None:
        return str(delivery["error"] or "under way")
    return f"{delivery['status_code']} {_words(delivery['response'])}".strip()


def _words(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return text[:SHOWN]
    said = found if isinstance(found, dict) else {}
    return str(said.get("verdict") or said.get("message") or "")[:SHOWN]


def _last(statuses: list[Document]) -> str:
    return str(statuses[-1]["state"]) if statuses else ""
