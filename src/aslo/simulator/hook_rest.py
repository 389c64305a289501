"""GitHub's REST API for webhooks: https://docs.github.com/en/rest/orgs/webhooks."""

import time
from collections.abc import Callable

from flask import abort, jsonify, request

from aslo.simulator import app_shapes, apps
from aslo.simulator.answers import refused
from aslo.simulator.delivery_log import told
from aslo.simulator.hooks import Hooks
from aslo.simulator.rest import REPOSITORY, Answer, Api, fields, page, unprocessable

Routes = dict[tuple[str, str], Callable[..., Answer]]


class HookApi(Api):
    """One method a route; a hook's place is an organisation, or a repository."""

    def routes(self) -> Routes:
        """What is answered, by method and rule."""
        found: Routes = {("GET", "/rate_limit"): self.rate_limit}
        for place in ("/orgs/<owner>", REPOSITORY):
            found |= {
                ("GET", f"{place}/hooks"): self.hooks,
                ("POST", f"{place}/hooks"): self.add,
                ("PATCH", f"{place}/hooks/<int:number>"): self.change,
                ("GET", f"{place}/hooks/<int:number>/deliveries"): self.deliveries,
                ("POST", f"{place}/hooks/<int:number>/deliveries/<int:sent>/attempts"): (
                    self.redeliver
                ),
            }
        return found

    def rate_limit(self) -> Answer:
        limit = {"limit": 5000, "used": 1, "remaining": 4999, "reset": int(time.time()) + 3600}
        return jsonify(resources={"core": limit, "search": limit}, rate=limit)

    def hooks(self, owner: str, name: str = "") -> Answer:
        place = self._place(owner, name, "read")
        return jsonify([app_shapes.hook(self._base, each) for each in page(self._hooks.of(place))])

    def add(self, owner: str, name: str = "") -> Answer:
        place = self._place(owner, name, "write")
        try:
            made = self._hooks.add(place, fields())
        except ValueError as error:
            return unprocessable(str(error))
        self._forge.webhooks.ping(made, app_shapes.hook(self._base, made))
        return jsonify(app_shapes.hook(self._base, made)), 201

    def change(self, owner: str, number: int, name: str = "") -> Answer:
        found = self._hooks.hook(self._place(owner, name, "write"), number)
        return jsonify(app_shapes.hook(self._base, self._hooks.change(found, fields())))

    def deliveries(self, owner: str, number: int, name: str = "") -> Answer:
        found = self._hooks.hook(self._place(owner, name, "read"), number)
        return told(self._forge.state, found["id"])

    def redeliver(self, owner: str, number: int, sent: int, name: str = "") -> Answer:
        found = self._hooks.hook(self._place(owner, name, "write"), number)
        kept = self._forge.state.get("delivery", sent)
        if kept is None or kept.get("hook_id") != found["id"]:
            abort(404)
        self._forge.webhooks.again(kept)
        return jsonify({}), 202

    def _place(self, owner: str, name: str, level: str) -> str:
        """The place of the hooks, if the asker may manage them; GitHub says 404 to others."""
        repository = self._repository(owner, name) if name else None
        self._author()
        token = self._token()
        kind = "repository_hooks" if repository else "organization_hooks"
        if token is not None and not apps.may(token, repository, kind, level):
            abort(refused(404, "Not Found"))
        if token is None and request.headers["Authorization"].endswith(" token"):
            # The bot's own token has no right to manage hooks.
            abort(refused(404, "Not Found"))
        return str(repository["full_name"]) if repository else owner

    @property
    def _hooks(self) -> Hooks:
        return self._forge.hooks
