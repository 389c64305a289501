"""GitHub's REST API for what an organisation has: its repositories, and a file of one of them."""

from collections.abc import Callable

from flask import abort, jsonify, request

from aslo.simulator import shapes
from aslo.simulator.rest import REPOSITORY, Answer, Api, page

Routes = dict[tuple[str, str], Callable[..., Answer]]


class ListApi(Api):
    """One method a route."""

    def routes(self) -> Routes:
        """What is answered, by method and rule."""
        return {
            ("GET", "/orgs/<owner>/repos"): self.repositories,
            ("GET", f"{REPOSITORY}/contents/<path:path>"): self.contents,
        }

    def repositories(self, owner: str) -> Answer:
        """Those that the world sees, in the order in which they were made."""
        accounts = self._forge.state.find("user", login=owner, type="Organization")
        account = accounts[0] if accounts else abort(404)
        kept = self._forge.state.find("repository", owner_id=account["id"], private=False)
        if request.args.get("direction") != "asc":
            kept.reverse()
        told = [shapes.webhook_repository(self._base, each, account) for each in page(kept)]
        return jsonify(told)

    def contents(self, owner: str, name: str, path: str) -> Answer:
        """A file at a ref, the branch if none is named."""
        found = self._repository(owner, name)
        git = self._forge.hosting.git(found)
        ref = request.args.get("ref", "HEAD")
        target = git.find(f"{ref}:{path}")
        if target is None or target.type != "blob":
            abort(404)
        content = git.read_blob(target.sha)
        return jsonify(shapes.content(self._base, found, (path, ref), target.sha, content))
