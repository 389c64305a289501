"""GitHub's REST API, as much of it as ASLO uses: https://docs.github.com/en/rest."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from aslo.simulator import account_shapes as accounts
from aslo.simulator import apps, comparing, shapes
from aslo.simulator.answers import refused
from aslo.simulator.forge import SimulatedForge
from aslo.simulator.state import Document

REPOSITORY = "/repos/<owner>/<name>"
STATES = ("error", "failure", "pending", "success")
MAX_TEXT = 65_536
Answer = Response | AnyResponse | tuple[Response, int]


def blueprint(forge: SimulatedForge) -> Blueprint:
    """The routes below the API's root."""
    rest = Blueprint("rest", __name__)
    api = Api(forge)
    routes: dict[str, Callable[..., Answer]] = {
        "/user": api.user,
        "/repositories/<int:number>": api.by_number,
        "/repositories/<int:number>/<path:rest>": api.by_number,
        REPOSITORY: api.repository,
        f"{REPOSITORY}/tags": api.tags,
        f"{REPOSITORY}/git/ref/<path:ref>": api.ref,
        f"{REPOSITORY}/git/tags/<sha>": api.tag,
        f"{REPOSITORY}/releases": api.releases,
        f"{REPOSITORY}/releases/<int:number>": api.release,
        f"{REPOSITORY}/releases/assets/<int:number>": api.asset,
        f"{REPOSITORY}/contributors": api.contributors,
        f"{REPOSITORY}/collaborators/<login>/permission": api.permission,
        f"{REPOSITORY}/comments/<int:number>": api.comment,
        f"{REPOSITORY}/compare/<path:named>": api.compare,
        f"{REPOSITORY}/commits/<sha>/comments": api.comments,
        f"{REPOSITORY}/commits/<sha>/statuses": api.statuses,
    }
    for rule, view in routes.items():
        # Only the way to a renamed repository is the same for reading and writing.
        methods = ["GET", "POST", "PATCH"] if rule.startswith("/repositories/") else ["GET"]
        rest.add_url_rule(rule, f"get {rule}", view_func=view, methods=methods)
    written: dict[str, Callable[..., Answer]] = {
        "/commits/<sha>/comments": api.add_comment,
        "/statuses/<sha>": api.add_status,
    }
    for rule, view in written.items():
        rest.add_url_rule(f"{REPOSITORY}{rule}", rule, view_func=view, methods=["POST"])
    return rest


class Api:
    """One method a route."""

    def __init__(self, forge: SimulatedForge) -> None:
        self._forge = forge

    @property
    def _base(self) -> str:
        return self._forge.url

    def user(self) -> Answer:
        return jsonify(accounts.public_user(self._base, self._author()))

    def by_number(self, number: int, rest: str = "") -> Answer:
        """Where a renamed repository is sent: its number, which stays."""
        found = self._forge.state.get("repository", number) or abort(404)
        if not rest and request.method == "GET":
            return self.repository(*found["full_name"].split("/"))
        place = f"/repos/{found['full_name']}" + (f"/{rest}" if rest else "")
        # GitHub answers under this address; handing the request on is the same to its asker.
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(self._base + place + query, 307)

    def repository(self, owner: str, name: str) -> Answer:
        found = self._repository(owner, name)
        account = self._forge.state.get("user", found["owner_id"]) or abort(404)
        shown = shapes.full_repository(self._base, found, account)
        if person := self._person():
            level = "read" if self._forge.oauth.tells_of_tokens else self._level(found, person)
            shown["permissions"] = shapes.permissions(level)
        answer = jsonify(shown)
        answer.add_etag()
        return answer.make_conditional(request)

    def ref(self, owner: str, name: str, ref: str) -> Answer:
        found = self._repository(owner, name)
        target = self._forge.hosting.git(found).find(f"refs/{ref}") or abort(404)
        return jsonify(shapes.ref(self._base, found, ref, target))

    def tags(self, owner: str, name: str) -> Answer:
        found = self._repository(owner, name)
        kept = self._forge.hosting.git(found).tags()
        return jsonify([shapes.named_tag(self._base, found, *each) for each in page(kept)])

    def tag(self, owner: str, name: str, sha: str) -> Answer:
        found = self._repository(owner, name)
        git = self._forge.hosting.git(found)
        target = git.find(sha)
        if target is None or target.type != "tag":
            abort(404)
        return jsonify(shapes.tag(self._base, found, target.sha, *git.read_tag(target.sha)))

    def releases(self, owner: str, name: str) -> Answer:
        found = self._repository(owner, name)
        kept = self._forge.state.find("release", repository_id=found["id"])
        answer = jsonify([self._forge.publishing.release_shape(one) for one in page(kept[::-1])])
        answer.add_etag()
        return answer.make_conditional(request)

    def release(self, owner: str, name: str, number: int) -> Answer:
        kept = self._forge.state.get("release", number)
        if kept is None or kept["repository_id"] != self._repository(owner, name)["id"]:
            abort(404)
        return jsonify(self._forge.publishing.release_shape(kept))

    def asset(self, owner: str, name: str, number: int) -> Answer:
        """Its description, or a way to its bytes, which another host keeps."""
        found = self._repository(owner, name)
        kept = self._forge.state.get("asset", number) or abort(404)
        if "application/octet-stream" in request.headers.get("Accept", ""):
            return redirect(f"{self._forge.storage_url}/storage/{number}", 302)
        uploader = self._forge.hosting.user(kept["uploader"])
        return jsonify(shapes.asset(self._base, kept, found, uploader))

    def contributors(self, owner: str, name: str) -> Answer:
        people = self._forge.hosting.git(self._repository(owner, name)).contributors()
        if not people:
            return Response(status=204)
        told = [
            accounts.contributor(self._base, self._forge.hosting.user(login), count)
            for login, count in page(people)
        ]
        return jsonify(told)

    def permission(self, owner: str, name: str, login: str) -> Answer:
        author = self._author()
        found = self._repository(owner, name)
        if self._token() is None and self._level(found, author["login"]) not in ("write", "admin"):
            abort(refused(403, "Must have push access to view collaborator permission."))
        known = self._forge.state.find("user", login=login)
        if not known:
            abort(404)
        level = self._level(found, login)
        told = accounts.collaborator(self._base, known[0], shapes.permissions(level), level)
        return jsonify(permission=level, role_name=level, user=told)

    def compare(self, owner: str, name: str, named: str) -> Answer:
        found = self._repository(owner, name)
        told = comparing.comparison(self._forge, found, named, page) or abort(404)
        return jsonify(told)

    def comments(self, owner: str, name: str, sha: str) -> Answer:
        found = self._commit(owner, name, sha)
        kept = self._forge.comments(found["full_name"], sha)
        return jsonify([self._forge.remarks.shape(one, found) for one in page(kept)])

    def comment(self, owner: str, name: str, number: int) -> Answer:
        found = self._repository(owner, name)
        kept = self._forge.state.get("comment", number)
        if kept is None or kept["repository_id"] != found["id"]:
            abort(404)
        return jsonify(self._forge.remarks.shape(kept, found))

    def statuses(self, owner: str, name: str, sha: str) -> Answer:
        found = self._commit(owner, name, sha)
        kept = self._forge.statuses(found["full_name"], sha)
        return jsonify([self._status(one, found) for one in page(kept[::-1])])

    def add_comment(self, owner: str, name: str, sha: str) -> Answer:
        author = self._author()
        found = self._open_commit(owner, name, sha)
        body = fields().get("body")
        if not isinstance(body, str) or not 0 < len(body) <= MAX_TEXT:
            return unprocessable("body is missing, empty or too long")
        kept = self._forge.add_comment(found["full_name"], sha, body, author["login"])
        return jsonify(self._forge.remarks.shape(kept, found)), 201

    def add_status(self, owner: str, name: str, sha: str) -> Answer:
        author = self._author()
        found = self._open_commit(owner, name, sha)
        asked = fields()
        if asked.get("state") not in STATES or len(asked.get("description") or "") > 140:
            return unprocessable("state is unknown, or description is too long")
        kept = self._forge.remarks.add_status(found["full_name"], sha, asked, author["login"])
        return jsonify(self._status(kept, found)), 201

    def _status(self, kept: Document, repository: Document) -> Document:
        creator = self._forge.hosting.user(kept["login"])
        return shapes.status(self._base, kept, repository, creator)

    def _author(self) -> Document:
        """Who asks; any token but an App's is the bot's, none at all is refused as GitHub does."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "token ")):
            abort(refused(401, "Requires authentication"))
        if person := self._person():
            return self._forge.hosting.user(person)
        token = self._token()
        if token is None:
            return self._forge.hosting.user(self._forge.bot)
        return self._forge.hosting.user(f"{self._forge.apps.app(token['app_id'])['slug']}[bot]")

    def _level(self, repository: Document, login: str) -> str:
        return self._forge.oauth.permission(repository, login)

    def _person(self) -> str | None:
        """Who asks, by the token that they got when they signed in to a site."""
        given = request.headers.get("Authorization", "").partition(" ")[2]
        if not given.startswith("gho_"):
            return None
        return self._forge.oauth.login_of(given) or abort(refused(401, "Bad credentials"))

    def _token(self) -> Document | None:
        """The token of an installation that asks; one that is worth nothing is refused."""
        given = request.headers.get("Authorization", "").partition(" ")[2]
        if not given.startswith("ghs_"):
            return None
        return self._forge.apps.granted(given) or abort(refused(401, "Bad credentials"))

    def _repository(self, owner: str, name: str) -> Document:
        """The repository of that name, or the way to it if it was renamed."""
        token = self._token()
        full_name = f"{owner}/{name}"
        if moved := self._forge.hosting.renamed(full_name):
            abort(self._moved(moved, full_name))
        found = self._forge.hosting.repository(full_name)
        if found["private"] and not self._may_see(found, token):
            abort(404)
        return found

    def _may_see(self, private: Document, token: Document | None) -> bool:
        """Apps see what they are installed on; nobody else here is invited."""
        given = request.headers.get("Authorization", "").partition(" ")[2]
        if person := self._person():
            return self._forge.oauth.permission(private, person) != "none"
        if token is None:
            return self._forge.apps.signed_by(given) is not None
        return apps.may(token, private, "metadata", "read")

    def _moved(self, found: Document, full_name: str) -> AnyResponse:
        rest = request.full_path.removeprefix(f"/repos/{full_name}").rstrip("?")
        code = 301 if request.method == "GET" else 307
        return redirect(f"{self._base}/repositories/{found['id']}{rest}", code)

    def _open_commit(self, owner: str, name: str, sha: str) -> Document:
        """A commit that may be written on."""
        found = self._commit(owner, name, sha)
        if found.get("archived"):
            abort(refused(403, "Repository was archived so is read-only."))
        return found

    def _commit(self, owner: str, name: str, sha: str) -> Document:
        found = self._repository(owner, name)
        if not self._forge.hosting.git(found).has_commit(sha):
            abort(refused(422, f"No commit found for SHA: {sha}"))
        return found


def fields() -> dict[str, Any]:
    """The JSON object that was sent, or an empty one."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def page(kept: Sequence[Any]) -> Sequence[Any]:
    """The part of a list that was asked for."""
    size = min(max(request.args.get("per_page", 30, int), 1), 100)
    first = (max(request.args.get("page", 1, int), 1) - 1) * size
    return kept[first : first + size]


def unprocessable(why: str) -> Answer:
    """Refuse what breaks a rule."""
    return refused(422, f"Validation Failed: {why}"), 422
