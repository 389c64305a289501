"""GitHub Apps of the simulated forge: where they are installed, and the tokens they were given."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from aslo.simulator.hosting import Hosting
from aslo.simulator.state import Document, State, UnknownError, now, only

TOKEN_SECONDS = 3600
LONGEST_SIGNED = timedelta(minutes=10)
PERMISSIONS = {
    "metadata": "read", "contents": "read", "checks": "write", "pull_requests": "read",
    "organization_hooks": "write", "repository_hooks": "write",
}  # fmt: skip
EVENTS = ["release", "repository", "push", "pull_request"]
TOLD_ANYWAY = ("check_run", "check_suite")
"""Events that whoever may write checks is told of without asking."""
LEVELS = ("read", "write", "admin")


class Apps:
    """Keeps Apps, installations and tokens; `token_seconds` is how long a token lives."""

    def __init__(self, state: State, hosting: Hosting) -> None:
        self._state = state
        self._hosting = hosting
        self.token_seconds = TOKEN_SECONDS

    def add_app(
        self,
        public_key: str,
        *,
        slug: str = "aslo",
        permissions: dict[str, str] | None = None,
        events: list[str] | None = None,
    ) -> Document:
        """Register an App by its public key (PEM)."""
        document = {
            "slug": slug,
            "public_key": public_key,
            "permissions": PERMISSIONS if permissions is None else permissions,
            "events": EVENTS if events is None else events,
            "owner": self._hosting.user("app-owner")["login"],
            "created_at": now(),
        }
        return self._state.add("app", document)

    def install(self, app: Document, owner: str, repositories: list[str] | None = None) -> Document:
        """Install an App on an account, on all its repositories unless some are named."""
        account = self._hosting.user(owner, "Organization")
        document = {
            "app_id": app["id"],
            "account_id": account["id"],
            "repositories": repositories,
            "suspended_at": None,
            "created_at": now(),
        }
        return self._state.add("installation", document)

    def uninstall(self, installation: Document) -> None:
        """Remove an installation; its tokens are worth nothing from now on."""
        self._state.remove("installation", installation["id"])

    def revoke_tokens(self) -> None:
        """Take back every token that was given."""
        for token in self._state.find("token"):
            self._state.remove("token", token["id"])

    def tokens(self) -> list[Document]:
        """Every token that was given, oldest first."""
        return self._state.find("token")

    def signed_by(self, token: str) -> Document | None:
        """The App that signed a token for itself, if GitHub would believe it."""
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
            app = self._state.get("app", int(str(issuer)))
            if app is None:
                return None
            claims = jwt.decode(
                token, app["public_key"], algorithms=["RS256"],
                options={"require": ["iat", "exp", "iss"]},
            )  # fmt: skip
        except (jwt.PyJWTError, TypeError, ValueError):
            return None
        moment = datetime.now(UTC).timestamp()
        return app if claims["exp"] - moment <= LONGEST_SIGNED.total_seconds() else None

    def installation_of(self, app: Document, repository: Document) -> Document | None:
        """The installation of an App that reaches a repository."""
        for found in self._state.find("installation", app_id=app["id"]):
            named = found["repositories"]
            reaches = named is None or repository["full_name"] in named
            if found["account_id"] == repository["owner_id"] and reaches:
                return found
        return None

    def told_of(self, event: str, repository: Document) -> tuple[Document | None, bool]:
        """The installation that reaches a repository, and whether its App is told of an event."""
        for app in self._state.find("app"):
            found = self.installation_of(app, repository)
            if found is not None:
                return found, event in (*app["events"], *TOLD_ANYWAY)
        return None, True

    def on_account(self, app: Document, login: str) -> Document | None:
        """The installation of an App on an account."""
        account = self._hosting.user(login)
        found = self._state.find("installation", app_id=app["id"], account_id=account["id"])
        return found[0] if found else None

    def grant(self, app: Document, number: int, asked: dict[str, Any]) -> Document:
        """Give a token of an installation; UnknownError if it is not this App's, ValueError for
        a repository or a permission that the installation has not."""
        installation = self._state.get("installation", number)
        if installation is None or installation["app_id"] != app["id"]:
            raise UnknownError(f"the simulator has no installation {number}")
        permissions = asked.get("permissions") or app["permissions"]
        if any(not _covers(app["permissions"], *pair) for pair in permissions.items()):
            raise ValueError("The permissions requested are not granted to this installation.")
        expires = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        document = {
            "token": f"ghs_{secrets.token_hex(18)}",
            "app_id": app["id"],
            "installation_id": number,
            "permissions": permissions,
            "repository_ids": self._narrowed(app, asked),
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "expires": expires.timestamp(),
        }
        return self._state.add("token", document)

    def _narrowed(self, app: Document, asked: dict[str, Any]) -> list[int] | None:
        numbers = asked.get("repository_ids")
        if numbers is None and asked.get("repositories") is None:
            return None
        found = self._state.find("repository")
        names = asked.get("repositories") or []
        wanted = [
            each for each in found
            if each["id"] in (numbers or []) or each["full_name"].partition("/")[2] in names
        ]  # fmt: skip
        if not wanted or any(self.installation_of(app, each) is None for each in wanted):
            raise ValueError("There is at least one repository that does not exist.")
        return [each["id"] for each in wanted]

    def granted(self, token: str) -> Document | None:
        """A token that is worth something now."""
        found = self._state.find("token", token=token)
        if not found or found[0]["expires"] <= datetime.now(UTC).timestamp():
            return None
        known = self._state.get("installation", found[0]["installation_id"])
        return found[0] if known is not None and known["suspended_at"] is None else None

    def app(self, number: int) -> Document:
        """The App of that number; UnknownError if there is none."""
        return only([self._state.get("app", number)], f"app {number}")


def may(token: Document, repository: Document | None, permission: str, level: str) -> bool:
    """Whether a token is for a repository, and allows this."""
    numbers = token["repository_ids"]
    reaches = repository is None or numbers is None or repository["id"] in numbers
    return reaches and _covers(token["permissions"], permission, level)


def _covers(permissions: dict[str, str], name: str, level: str) -> bool:
    given = permissions.get(name)
    return given is not None and LEVELS.index(given) >= LEVELS.index(level)
