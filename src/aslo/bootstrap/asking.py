"""What answers the question why a release is not there."""

from functools import partial
from typing import TYPE_CHECKING

from aslo.bootstrap.loading import load
from aslo.bootstrap.state import (
    bell,
    catalog,
    forge_for_visitors,
    hook_url,
    hooks_for_visitors,
    store_that_is_there,
    utc_now,
)
from aslo.config import Config
from aslo.ports import Bell, Catalog, Forge, Store
from aslo.services.missed_deliveries import sent_lately

if TYPE_CHECKING:
    from aslo.services.outlook import Outlook
    from aslo.services.replaying import Replayer
    from aslo.services.tracing import Tracer

LOOKS_AN_HOUR = 600
"""For visitors of all processes of the web, three questions each: about a third of what GitHub
gives an hour."""


def web_asking(
    config: Config, record: Store, shown: Catalog, rings: Bell
) -> "tuple[Tracer, Replayer]":
    """For one process of the web."""
    asked = forge_for_visitors(config)
    outlook = _outlook(config, asked, max(1, LOOKS_AN_HOUR // config.web_workers))
    return _made(record, shown, asked, rings, outlook)


def asking(config: Config) -> "tuple[Tracer, Replayer]":
    """For an operator, on this machine; ConfigError where there is no record."""
    record, asked = store_that_is_there(config), forge_for_visitors(config)
    shown = catalog(config) if config.catalog.exists() else None
    outlook = _outlook(config, asked, LOOKS_AN_HOUR)
    return _made(record, shown, asked, bell(config), outlook)


def _made(
    record: Store, shown: Catalog | None, asked: Forge, rings: Bell, outlook: "Outlook"
) -> "tuple[Tracer, Replayer]":
    tracer: Tracer = load("aslo.services.tracing:Tracer")(record, shown, outlook, utc_now)
    replayer: Replayer = load("aslo.services.replaying:Replayer")(
        record, asked, rings, utc_now, outlook
    )
    return tracer, replayer


def _outlook(config: Config, asked: Forge, an_hour: int) -> "Outlook":
    admin = hooks_for_visitors(config)
    place, url = config.forge_place or None, hook_url(config)
    sent = partial(sent_lately, place, url, admin=admin) if admin else None
    # What remembers needs a library of the server's, which `aslo check` does without.
    made: Outlook = load("aslo.services.outlook:Outlook")(
        asked, utc_now, sent=sent, an_hour=an_hour
    )
    return made
