"""GitHub as visitors of the site may have it asked: at once or not at all.

A request of the web must neither wait for GitHub as builds do, nor use up what is left to them.
"""

from datetime import timedelta
from typing import NoReturn

import httpx

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_credentials import App
from aslo.adapters.github_hooks import GitHubHooks
from aslo.adapters.github_http import Clocks
from aslo.domain.errors import ForgeLimitError
from aslo.http_wire import BoundedTransport

TIMEOUT = httpx.Timeout(5, connect=3)
PAUSE = timedelta(minutes=5)


def forge(base_url: str, token: str, *, app: App | None = None) -> GitHubForge:
    """The forge, to be looked at for a visitor."""
    return GitHubForge(base_url, token, app=app, client=_client(), clocks=_clocks(token, app))


def hooks(base_url: str, *, token: str, admin_token: str, app: App | None = None) -> GitHubHooks:
    """Its webhooks, to be looked at for a visitor."""
    return GitHubHooks(
        base_url,
        token=token,
        admin_token=admin_token,
        app=app,
        client=_client(),
        clocks=_clocks(admin_token, app),
    )


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, trust_env=False, transport=BoundedTransport())


def _clocks(token: str, app: App | None) -> Clocks:
    # Where builds would go slower, visitors are not served. Nobody else lives on what is given to
    # those who ask without a credential.
    return Clocks(sleep=_refuse) if token or app else Clocks(sleep=lambda _: None)


def _refuse(_seconds: float) -> NoReturn:
    raise ForgeLimitError("what remains of this hour is left to builds", retry_after=PAUSE)
