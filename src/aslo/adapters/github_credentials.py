"""In whose name GitHub is asked: the App's where it is installed, the bot's, or nobody's."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt
import msgspec

from aslo.domain.errors import ForgeError, NotFoundError

Now = Callable[[], datetime]
Ask = Callable[..., Any]
"""Asks GitHub one question, in a name that was chosen before."""

# GitHub takes ten minutes at most, and its clock may be behind ours.
# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
SIGNED_BACK = timedelta(seconds=60)
SIGNED_FOR = timedelta(minutes=9)
RENEW_BEFORE = timedelta(minutes=5)
ABSENT_FOR = timedelta(minutes=1)
"""How long an App that is not installed is not looked for again."""

NEEDED = {"metadata": "read", "contents": "read", "checks": "write"}
"""What a token of an installation may do: read releases, comment on commits, write check runs."""


@dataclass(frozen=True, slots=True)
class Realm:
    """Which repository a question is about; the empty one is about none."""

    full_name: str = ""
    repository_id: int | None = None


NOWHERE = Realm()
NEVER = datetime.min.replace(tzinfo=UTC)


class Credentials(Protocol):
    """Says with which `Authorization` a question is asked."""

    def header(self, realm: Realm) -> str:
        """The header's value; empty where there is none."""

    def refused(self, realm: Realm, header: str) -> bool:
        """Take note that GitHub refused this one; whether asking again has a point."""

    def login(self, realm: Realm) -> str | None:
        """The account the App writes as; None where the bot account speaks, or nobody."""

    def forget(self) -> None:
        """Forget what was found out about installations."""


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App: its number and its private key."""

    id: str
    key: str = field(repr=False)


class TokenCredentials:
    """The token of one account, for every repository."""

    def __init__(self, token: str) -> None:
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise ValueError(
                f"the GitHub token has characters no token has, got one of {len(token)} characters"
            )
        self._header = f"Bearer {token}" if token else ""

    def header(self, realm: Realm) -> str:  # noqa: ARG002 - one for all
        return self._header

    def refused(self, realm: Realm, header: str) -> bool:  # noqa: ARG002 - there is no other
        return False

    def login(self, realm: Realm) -> str | None:  # noqa: ARG002 - it is no App
        return None

    def forget(self) -> None:
        """There is nothing to forget."""


class SignedCredentials(TokenCredentials):
    """The App itself, by a token it signs anew for each question."""

    def __init__(self, app: App, now: Now) -> None:
        super().__init__("")
        self._app = app
        self._now = now

    def header(self, realm: Realm) -> str:  # noqa: ARG002 - the App is one for all
        return f"Bearer {signed(self._app, self._now())}"


def signed(app: App, now: datetime) -> str:
    """The short-lived token by which an App proves who it is; ForgeError for an odd key."""
    claims = {"iat": now - SIGNED_BACK, "exp": now + SIGNED_FOR, "iss": app.id}
    try:
        return jwt.encode(claims, app.key, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # The library's words may quote the key.
        raise ForgeError(f"the App's key is no RSA key in PEM: {type(error).__name__}") from None


class _Account(msgspec.Struct):
    id: int
    app_slug: str
    suspended_at: str | None = None


class _Token(msgspec.Struct):
    token: str
    expires_at: datetime


@dataclass(slots=True)
class _Grant:
    """What is known of one repository; an empty header means that the App is not there."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    header: str = field(default="", repr=False)
    login: str = ""
    until: datetime = NEVER


class AppCredentials:
    """The App where it is installed, by a token for that repository alone; else somebody else."""

    def __init__(
        self,
        ask: Ask,
        elsewhere: Credentials,
        now: Now,
        permissions: Mapping[str, str] = NEEDED,
    ) -> None:
        self._permissions = permissions
        self._ask = ask
        self._elsewhere = elsewhere
        self._now = now
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}

    def header(self, realm: Realm) -> str:
        return self._grant(realm).header or self._elsewhere.header(realm)

    def refused(self, realm: Realm, header: str) -> bool:
        """A token may be taken back before it expires, by a key or an installation that goes."""
        grant = self._known(realm)
        with grant.lock:
            if header == grant.header:
                grant.until = self._now()
            # Another one may have been granted to somebody else meanwhile.
            return bool(grant.header)

    def login(self, realm: Realm) -> str | None:
        return self._grant(realm).login or None

    def forget(self) -> None:
        with self._lock:
            self._grants.clear()

    def _known(self, realm: Realm) -> _Grant:
        with self._lock:
            return self._grants.setdefault(realm.full_name.lower(), _Grant())

    def _grant(self, realm: Realm) -> _Grant:
        grant = self._known(realm)
        if realm.full_name:
            with grant.lock:
                if self._now() >= grant.until:
                    self._renew(grant, realm)
        return grant

    def _renew(self, grant: _Grant, realm: Realm) -> None:
        try:
            account = self._shaped(_Account, "GET", _installation(realm))
        except NotFoundError:
            grant.header, grant.login, grant.until = "", "", self._now() + ABSENT_FOR
            return
        if account.suspended_at is not None:
            grant.header, grant.login, grant.until = "", "", self._now() + ABSENT_FOR
            return
        where = f"/app/installations/{account.id}/access_tokens"
        try:
            token = self._shaped(_Token, "POST", where, send=self._narrowed(realm))
        except NotFoundError as error:
            # Not the question's own thing is gone, but the installation, in this moment.
            raise ForgeError(f"the App gets no token for {realm.full_name}: {error}") from error
        grant.header, grant.login = f"Bearer {token.token}", f"{account.app_slug}[bot]"
        grant.until = token.expires_at - RENEW_BEFORE

    def _narrowed(self, realm: Realm) -> dict[str, object]:
        """A token for this repository alone; its number outlives a rename."""
        name = realm.full_name.partition("/")[2]
        asked: dict[str, object] = {"permissions": dict(self._permissions)}
        if realm.repository_id is not None:
            asked["repository_ids"] = [realm.repository_id]
        elif name:
            asked["repositories"] = [name]
        return asked

    def _shaped(self, shape: type[Any], method: str, path: str, **more: Any) -> Any:
        try:
            return msgspec.convert(self._ask(method, path, **more), shape)
        except msgspec.ValidationError as error:
            # Its words name fields, never a value.
            raise ForgeError(f"the answer to {method} {path} has an odd shape: {error}") from error


def _installation(realm: Realm) -> str:
    """Where GitHub tells of the installation on a repository, or on an organisation."""
    place = "repos" if "/" in realm.full_name else "orgs"
    return f"/{place}/{realm.full_name}/installation"
