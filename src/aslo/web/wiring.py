"""What the web edge is given: the ports it reads, and what the operator decided."""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app

from aslo.domain.activity import Repository
from aslo.domain.counts import Download
from aslo.domain.delivery import Delivery
from aslo.domain.trace import Trace
from aslo.ports import (
    PLAIN_WORDS,
    UNMETERED,
    Accounts,
    Bell,
    Catalog,
    Clock,
    Files,
    Meter,
    Store,
    Words,
)
from aslo.services.missed_releases import Missing
from aslo.web.visit import visit

_PORTS, _SETTINGS = "aslo-ports", "aslo-settings"


@dataclass(frozen=True, slots=True)
class WebPorts:
    """The world as the web edge sees it."""

    store: Store
    files: Files
    catalog: Catalog
    bell: Bell
    clock: Clock
    then: Callable[[Delivery], None]
    """Goes on with a delivery that was taken in, now or a moment later."""
    meter: Meter = UNMETERED
    count: Callable[[Download], None] = lambda _: None
    """Counts a download; never raises, and waits for nothing."""
    accounts: Accounts | None = None
    """Where people sign in; None where nobody does."""
    words: Words = PLAIN_WORDS
    trace: Callable[[str, str], Trace] = field(kw_only=True)
    """Why the newest release of `owner/name` is not there, asked by that address."""
    replay: Callable[[Repository, Missing], int] = field(kw_only=True)
    """Takes in the newest missing release of a repository, or every one; how many."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What the operator decides about the site."""

    public_url: str
    webhook_secrets: tuple[bytes, ...] = field(repr=False)
    site_name: str = "ASLO"
    source_url: str = "https://github.com/sugarlabs"
    """Where readers find the source of this site, which its licence promises them."""
    accel: str = ""
    """The location of the web server in front that sends files for us; empty where none does."""
    max_delivery_bytes: int = 25 * 1024**2
    metrics_from: tuple[IPv4Network | IPv6Network, ...] = (
        ip_network("127.0.0.0/8"),
        ip_network("::1"),
    )
    """Whose monitors may read what is counted."""
    api_per_minute: int = 1_200
    """What one address may ask of the API; 0 for no limit."""
    session_secret: bytes = field(default=b"", repr=False)
    """Signs the cookies of those who signed in."""
    admins: tuple[str, ...] = ()
    """Logins, in lower case, of people who may do what the maintainers of any repository may."""
    threads: int = 8
    """How many requests a process answers at once."""


def attach(app: Flask, ports: WebPorts, settings: WebSettings) -> None:
    """Give an application its ports and settings."""
    app.extensions[_PORTS] = ports
    app.extensions[_SETTINGS] = settings


def ports() -> WebPorts:
    """The ports of the application that answers now."""
    return cast("WebPorts", current_app.extensions[_PORTS])


def settings() -> WebSettings:
    """The settings of the application that answers now."""
    return cast("WebSettings", current_app.extensions[_SETTINGS])


def absolute(path: str) -> str:
    """A path of ours as the world sees it; the Host header has no say in it. What the site stands
    below is there once, though links have it and other paths do not."""
    site = settings().public_url.rstrip("/")
    root = visit().root
    if root and path.startswith(f"{root}/") and urlsplit(site).path == root:
        return site + path[len(root) :]
    return site + path
