"""GitHub's REST API for Apps and check runs: https://docs.github.com/en/rest/apps."""

from collections.abc import Callable

from flask import abort, jsonify, request

from aslo.simulator import app_shapes, apps
from aslo.simulator.answers import refused
from aslo.simulator.delivery_log import told
from aslo.simulator.rest import REPOSITORY, Answer, Api, fields, page, unprocessable
from aslo.simulator.state import Document

Routes = dict[tuple[str, str], Callable[..., Answer]]


class AppApi(Api):
    """One method a route."""

    def routes(self) -> Routes:
        """What is answered, by method and rule."""
        return {
            ("GET", "/app"): self.app,
            ("GET", "/app/hook/deliveries"): self.app_deliveries,
            ("POST", "/app/hook/deliveries/<int:number>/attempts"): self.app_redeliver,
            ("GET", f"{REPOSITORY}/installation"): self.on_repository,
            ("GET", "/orgs/<org>/installation"): self.on_organization,
            ("POST", "/app/installations/<int:number>/access_tokens"): self.access_token,
            ("GET", f"{REPOSITORY}/commits/<sha>/check-runs"): self.check_runs,
            ("POST", f"{REPOSITORY}/check-runs"): self.create_check,
            ("PATCH", f"{REPOSITORY}/check-runs/<int:number>"): self.update_check,
        }

    def app(self) -> Answer:
        return jsonify(self._app_shape(self._signer()))

    def app_deliveries(self) -> Answer:
        self._signer()
        return told(self._forge.state, None)

    def app_redeliver(self, number: int) -> Answer:
        self._signer()
        kept = self._forge.state.get("delivery", number)
        if kept is None or "hook_id" in kept:
            abort(404)
        self._forge.webhooks.again(kept)
        return jsonify({}), 202

    def on_repository(self, owner: str, name: str) -> Answer:
        app = self._signer()
        found = self._repository(owner, name)
        return self._installation(app, self._forge.apps.installation_of(app, found))

    def on_organization(self, org: str) -> Answer:
        app = self._signer()
        return self._installation(app, self._forge.apps.on_account(app, org))

    def access_token(self, number: int) -> Answer:
        app = self._signer()
        try:
            given = self._forge.apps.grant(app, number, fields())
        except ValueError as error:
            return unprocessable(str(error))
        return jsonify(app_shapes.token(given)), 201

    def check_runs(self, owner: str, name: str, sha: str) -> Answer:
        found = self._commit(owner, name, sha)
        kept = self._forge.check_runs(found["full_name"], sha)
        wanted = request.args.get("check_name")
        kept = [each for each in kept if wanted in (None, each["name"])]
        if request.args.get("filter", "latest") == "latest":
            kept = kept[-1:]
        told = [self._check(each, found) for each in page(kept[::-1])]
        return jsonify(total_count=len(kept), check_runs=told)

    def create_check(self, owner: str, name: str) -> Answer:
        asked = fields()
        found = self._commit(owner, name, str(asked.get("head_sha")))
        token = self._allowed(found, "checks", "write")
        try:
            made = self._forge.checks.create(found, asked, token["app_id"])
        except (ValueError, KeyError) as error:
            return unprocessable(str(error))
        return jsonify(self._check(made, found)), 201

    def update_check(self, owner: str, name: str, number: int) -> Answer:
        found = self._repository(owner, name)
        token = self._allowed(found, "checks", "write")
        kept = self._forge.state.get("check", number)
        if kept is None or (kept["repository_id"], kept["app_id"]) != (
            found["id"],
            token["app_id"],
        ):
            abort(404)
        try:
            changed = self._forge.checks.update(kept, fields())
        except ValueError as error:
            return unprocessable(str(error))
        return jsonify(self._check(changed, found))

    def _signer(self) -> Document:
        """The App that asks in its own name."""
        header = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._forge.apps.signed_by(header) or abort(
            refused(401, "A JSON web token could not be decoded")
        )

    def _allowed(self, repository: Document, permission: str, level: str) -> Document:
        """The token that asks, if it may; only an App may write check runs."""
        token = self._token()
        if token is None or not apps.may(token, repository, permission, level):
            abort(refused(403, "Resource not accessible by integration"))
        return token

    def _installation(self, app: Document, found: Document | None) -> Answer:
        if found is None:
            abort(404)
        account = self._forge.state.get("user", found["account_id"]) or abort(404)
        return jsonify(app_shapes.installation(self._base, found, app, account))

    def _check(self, kept: Document, repository: Document) -> Document:
        by = self._app_shape(self._forge.apps.app(kept["app_id"]))
        return app_shapes.check_run(self._base, kept, repository, by)

    def _app_shape(self, app: Document) -> Document:
        return app_shapes.app(self._base, app, self._forge.hosting.user(app["owner"]))
