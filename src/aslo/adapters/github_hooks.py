"""Webhooks, the App and the allowance: what an operator sets up and looks after on GitHub.

https://docs.github.com/en/rest/orgs/webhooks and https://docs.github.com/en/rest/repos/webhooks
"""

from datetime import datetime
from urllib.parse import quote

import httpx
import msgspec

from aslo.adapters import github_sent
from aslo.adapters.github_answers import listed, shaped
from aslo.adapters.github_credentials import (
    NOWHERE,
    App,
    AppCredentials,
    Credentials,
    Realm,
    SignedCredentials,
    TokenCredentials,
)
from aslo.adapters.github_http import Clocks, GitHubHttp
from aslo.domain.hook import ASKED_FOR, CONTENT_TYPE, Allowance, AppState, Hook, Sent

LATEST = 100
APP_SENT = "/app/hook/deliveries"
MANAGING = {"organization_hooks": "write"}
MANAGING_ONE = {"repository_hooks": "write", "metadata": "read"}


class _Config(msgspec.Struct):
    url: str = ""
    content_type: str = "form"
    insecure_ssl: str | int = "0"


class _Hook(msgspec.Struct):
    id: int
    active: bool
    events: list[str]
    config: _Config


class _App(msgspec.Struct):
    slug: str
    permissions: dict[str, str]
    events: list[str]


class _Rate(msgspec.Struct):
    limit: int
    remaining: int


class _Rates(msgspec.Struct):
    rate: _Rate


class GitHubHooks:
    """Manages hooks with a token that may, or as the App; looks at the App and the bot's token."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str = "",
        admin_token: str = "",
        app: App | None = None,
        client: httpx.Client | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        def http(credentials: Credentials) -> GitHubHttp:
            return GitHubHttp(base_url, credentials, client=client, clocks=clocks)

        now = (clocks or Clocks()).now
        managing: Credentials = TokenCredentials(admin_token)
        one = managing
        self._signed = None
        if app is not None:
            self._signed = http(SignedCredentials(app, now))
            if not admin_token:
                managing = AppCredentials(self._signed.ask, managing, now, MANAGING)
                one = AppCredentials(self._signed.ask, one, now, MANAGING_ONE)
        self._organization, self._repository = http(managing), http(one)
        self._bot = http(TokenCredentials(token))

    def hooks(self, place: str) -> list[Hook]:
        """The hooks of a place."""
        path = f"{_path(place)}/hooks"
        document = self._http(place).ask("GET", path, realm=Realm(place), per_page=LATEST)
        return [_hook(shaped(each, _Hook, path)) for each in listed(document, path)]

    def add_hook(self, place: str, url: str, secret: str) -> None:
        """Give a place a hook."""
        send = {"name": "web", **_wanted(url, secret)}
        self._http(place).ask("POST", f"{_path(place)}/hooks", realm=Realm(place), send=send)

    def change_hook(self, place: str, hook_id: int, url: str, secret: str) -> None:
        """Make a hook what it should be."""
        path = f"{_path(place)}/hooks/{hook_id}"
        self._http(place).ask("PATCH", path, realm=Realm(place), send=_wanted(url, secret))

    def sent(self, place: str, hook_id: int, since: datetime | None = None) -> list[Sent]:
        """The deliveries of a hook."""
        return github_sent.read(self._http(place), Realm(place), _sent(place, hook_id), since)

    def redeliver(self, place: str, hook_id: int, sent_id: int) -> None:
        """Let GitHub deliver once more."""
        path = f"{_sent(place, hook_id)}/{sent_id}/attempts"
        self._http(place).ask("POST", path, realm=Realm(place))

    def app(self) -> AppState | None:
        """The App as GitHub knows it; None where ASLO is none."""
        if self._signed is None:
            return None
        found = shaped(self._signed.ask("GET", "/app"), _App, "/app")
        return AppState(found.slug, found.permissions, tuple(found.events))

    def app_sent(self, since: datetime | None = None) -> list[Sent]:
        """The deliveries of the App's own webhook."""
        if self._signed is None:
            return []
        return github_sent.read(self._signed, NOWHERE, APP_SENT, since)

    def app_redeliver(self, sent_id: int) -> None:
        """Let GitHub deliver once more what the App's own webhook was sent."""
        if self._signed is not None:
            self._signed.ask("POST", f"{APP_SENT}/{sent_id}/attempts")

    def allowance(self) -> Allowance:
        """What the bot account, or this machine without one, may still ask in this hour."""
        document, headers = self._bot.ask_whole("GET", "/rate_limit")
        rate = shaped(document, _Rates, "/rate_limit").rate
        # Only classic tokens tell what they may do.
        told = headers.get("x-oauth-scopes")
        scopes = None if told is None else tuple(each for each in told.split(", ") if each)
        return Allowance(rate.limit, rate.remaining, scopes)

    def _http(self, place: str) -> GitHubHttp:
        return self._repository if "/" in place else self._organization


def _path(place: str) -> str:
    owner, _, name = place.partition("/")
    if name:
        return f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
    return f"/orgs/{quote(owner, safe='')}"


def _wanted(url: str, secret: str) -> dict[str, object]:
    config = {"url": url, "content_type": CONTENT_TYPE, "secret": secret, "insecure_ssl": "0"}
    return {"active": True, "events": list(ASKED_FOR), "config": config}


def _hook(found: _Hook) -> Hook:
    config = found.config
    return Hook(
        id=found.id,
        url=config.url,
        active=found.active,
        events=tuple(found.events),
        content_type=config.content_type,
        verifies=str(config.insecure_ssl) == "0",
    )


def _sent(place: str, hook_id: int) -> str:
    return f"{_path(place)}/hooks/{hook_id}/deliveries"
