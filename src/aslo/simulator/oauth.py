"""Signing in at the simulated forge: OAuth Apps, codes that are good once, and people's tokens.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

import base64
import hashlib
import secrets
import time

from aslo.simulator.hosting import Hosting
from aslo.simulator.state import Document, State

CODE_SECONDS = 600
LEVELS = ("none", "read", "write", "admin")


class RefusedError(Exception):
    """A code is worth nothing; the message is GitHub's word for why."""


class OAuth:
    """Keeps who agreed to what, and who may do what where."""

    def __init__(self, state: State, hosting: Hosting, bot: str) -> None:
        self._state = state
        self._hosting = hosting
        self._bot = bot
        self.tells_of_tokens = False
        """Whether a repository tells of what a token without a scope may do, not its person."""

    def add_oauth_app(self, client_id: str, client_secret: str, callback: str) -> None:
        """Let a site sign people in that comes back to this address, or one below it; an App of
        that id from before is replaced."""
        for known in self._state.find("oauth_app", client_id=client_id):
            self._state.remove("oauth_app", known["id"])
        made = {"client_id": client_id, "client_secret": client_secret, "callback": callback}
        self._state.add("oauth_app", made)

    def oauth_app(self, client_id: str) -> Document | None:
        """The App of that client id."""
        found = self._state.find("oauth_app", client_id=client_id)
        return found[0] if found else None

    def add_collaborator(self, full_name: str, login: str, permission: str = "write") -> None:
        """Let somebody into a repository; ValueError for a permission that is none."""
        if permission not in LEVELS:
            raise ValueError(f"not a permission, got {permission!r}")
        repository = self._hosting.repository(full_name)
        kept = {"repository_id": repository["id"], "login": self._hosting.user(login)["login"]}
        for known in self._state.find("collaborator", **kept):
            self._state.remove("collaborator", known["id"])
        self._state.add("collaborator", {**kept, "permission": permission})

    def permission(self, repository: Document, login: str) -> str:
        """What somebody may do there; everybody reads what is public, and the bot is let in."""
        owner = self._state.get("user", repository["owner_id"])
        if owner is not None and owner["login"] == login:
            return "admin"
        found = self._state.find("collaborator", repository_id=repository["id"], login=login)
        if found:
            return str(found[0]["permission"])
        if login == self._bot:
            return "write"
        return "none" if repository["private"] else "read"

    def people(self) -> list[Document]:
        """Who can sign in."""
        return self._state.find("user", type="User")

    def agree(self, client_id: str, login: str, callback: str, challenge: str) -> str:
        """A code for somebody who agreed, good once and for ten minutes."""
        code = secrets.token_hex(10)
        kept = {"client_id": client_id, "login": login, "callback": callback}
        more = {"challenge": challenge, "code": code, "until": time.time() + CODE_SECONDS}
        self._state.add("oauth_code", {**kept, **more})
        return code

    def token(self, asked: dict[str, str]) -> str:
        """The token that a code is worth; RefusedError."""
        app = self.oauth_app(asked.get("client_id", ""))
        if app is None or app["client_secret"] != asked.get("client_secret"):
            raise RefusedError("incorrect_client_credentials")
        found = self._state.find("oauth_code", code=asked.get("code", ""))
        if not found:
            raise RefusedError("bad_verification_code")
        self._state.remove("oauth_code", found[0]["id"])
        _require_fit(found[0], asked)
        token = f"gho_{secrets.token_hex(18)}"
        self._state.add("person_token", {"token": token, "login": found[0]["login"]})
        return token

    def login_of(self, token: str) -> str | None:
        """Whose token it is, if it is worth anything."""
        found = self._state.find("person_token", token=token)
        return str(found[0]["login"]) if found else None

    def revoke(self, login: str) -> None:
        """Take back every token of somebody."""
        for known in self._state.find("person_token", login=login):
            self._state.remove("person_token", known["id"])


def _require_fit(code: Document, asked: dict[str, str]) -> None:
    if code["client_id"] != asked["client_id"] or code["until"] < time.time():
        raise RefusedError("bad_verification_code")
    if asked.get("redirect_uri", code["callback"]) != code["callback"]:
        raise RefusedError("redirect_uri_mismatch")
    digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
    # https://www.rfc-editor.org/rfc/rfc7636#section-4.6
    if code["challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("="):
        raise RefusedError("bad_verification_code")
