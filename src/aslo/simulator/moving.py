"""What becomes of repositories and installations, and what the webhooks are told of it."""

from collections.abc import Callable
from typing import Any

from aslo.simulator import account_shapes as accounts
from aslo.simulator import app_shapes, shapes
from aslo.simulator.apps import Apps
from aslo.simulator.hosting import DEVELOPER, Hosting
from aslo.simulator.state import Document, State, only
from aslo.simulator.webhooks import Webhooks


class Moving:
    """Changes repositories and installations; `url` tells where the simulator serves."""

    def __init__(
        self,
        state: State,
        hosting: Hosting,
        apps: Apps,
        webhooks: Webhooks,
        url: Callable[[], str],
    ) -> None:
        self._state = state
        self._hosting = hosting
        self._apps = apps
        self._webhooks = webhooks
        self._url = url

    def rename(self, full_name: str, owner: str, name: str) -> Document:
        """Rename a repository, or transfer it where the owner is another; hooks are told."""
        old = self._hosting.repository(full_name)
        old_owner = self._owner(old)
        found = self._hosting.rename_repository(full_name, owner, name)
        if old_owner["login"] == owner:
            changes: Document = {"repository": {"name": {"from": full_name.partition("/")[2]}}}
            self._tell(found, "renamed", changes=changes)
        else:
            kind = "organization" if old_owner["type"] == "Organization" else "user"
            shape = accounts.organization if kind == "organization" else accounts.user
            before = {kind: shape(self._url(), old_owner)}
            self._tell(found, "transferred", changes={"owner": {"from": before}})
        return found

    def set_private(self, full_name: str, *, private: bool = True) -> None:
        """Hide a repository from the world, or show it; hooks are told."""
        found = self._hosting.repository(full_name)
        found["private"] = private
        self._state.save("repository", found)
        self._tell(found, "privatized" if private else "publicized")

    def delete(self, full_name: str) -> None:
        """Delete a repository; hooks are told."""
        found = self._hosting.repository(full_name)
        self._tell(found, "deleted")
        self._state.remove("repository", found["id"])

    def install(self, app: Document, owner: str, repositories: list[str] | None = None) -> Document:
        """Install an App; its webhook is told."""
        made = self._apps.install(app, owner, repositories)
        self._tell_app(app, made, "created")
        return made

    def uninstall(self, app: Document, installation: Document) -> None:
        """Remove an installation; the App's webhook is told."""
        self._tell_app(app, installation, "deleted")
        self._apps.uninstall(installation)

    def _owner(self, repository: Document) -> Document:
        return only([self._state.get("user", repository["owner_id"])], "owner")

    def _tell(self, repository: Document, action: str, **more: Any) -> None:
        owner = self._owner(repository)
        if owner["type"] == "Organization":
            more["organization"] = accounts.organization(self._url(), owner)
        payload = {
            "action": action,
            **more,
            "repository": shapes.webhook_repository(self._url(), repository, owner),
            "sender": accounts.user(self._url(), self._hosting.user(DEVELOPER)),
        }
        self._webhooks.send("repository", payload)

    def _tell_app(self, app: Document, installation: Document, action: str) -> None:
        account = only([self._state.get("user", installation["account_id"])], "account")
        payload: Document = {
            "action": action,
            "installation": app_shapes.installation(self._url(), installation, app, account),
            "repositories": [],
            "sender": accounts.user(self._url(), self._hosting.user(DEVELOPER)),
        }
        self._webhooks.send_app("installation", payload, app["id"])
