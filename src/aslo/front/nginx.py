"""Renders nginx's configuration, so that paths and limits in it agree with the settings."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.localedata import locale_identifiers
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from aslo.config import Config
from aslo.domain import update_rdf
from aslo.domain.wish import SPELLINGS

HERE = Path(__file__).parent
STATIC = HERE.parent / "web" / "static"
CACHE = Path("/var/cache/nginx/aslo")
ACCESS_LOG = "/var/log/nginx/aslo.log"
AWAY = (
    ("en", "This part of the site is away just now. Please try again in a minute."),
    ("es", "Esta parte del sitio no está disponible ahora. Inténtelo de nuevo en un minuto."),
    ("fr", "Cette partie du site est absente pour le moment. Réessayez dans une minute."),
    ("pt-BR", "Esta parte do site está fora do ar agora. Tente de novo em um minuto."),
    ("hi", "साइट का यह हिस्सा अभी उपलब्ध नहीं है। कृपया एक मिनट में फिर कोशिश करें।"),
    ("ar", "هذا الجزء من الموقع غير متاح الآن. حاول مرة أخرى بعد دقيقة."),
)
"""What a reader is told when nothing is kept and no node answers."""
NO_LIST = '{"activities": {}}'
"""What those who ask for the whole list are told where nobody is to answer."""
UNREAD = (400, 414, 431)
"""Where nginx does not read on, and has chosen no location yet."""
API_REFUSALS = (
    (
        *("unread", 400, "bad-request", "bad request"),
        *("Ask as /api/v1/openapi.json describes it.", 0),
    ),
    (
        *("too_long", 414, "request-uri-too-long", "request-uri too long"),
        *("Ask for less at once, or by POST.", 0),
    ),
    (
        *("head_too_large", 431, "request-header-fields-too-large"),
        *("request header fields too large", "Send fewer headers, or shorter ones.", 0),
    ),
    ("too_large", 413, "request-entity-too-large", "request entity too large", "Send less.", 0),
    (
        *("too_many", 429, "too-many-requests", "too many requests"),
        *("Wait as many seconds as Retry-After says.", 5),
    ),
    (
        *("away", 503, "outage", "a part of this site is not working right now"),
        *("Try again in a minute.", 30),
    ),
)
"""What a program is told where nginx itself refuses: the same as by the application."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where nginx listens; over TLS when it has a certificate (and its key)."""

    listen: str
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """What an operator decides about nginx; rates are for one address of a reader."""

    nodes: tuple[str, ...]
    servers: tuple[Server, ...]
    cache: Path = CACHE
    cache_size: str = "2g"
    offers_size: str = "200m"
    access_log: str = ACCESS_LOG
    static: Path | None = STATIC
    """The site's own static files; None where nginx does not see them, and asks a node."""
    pages_per_second: int = 50
    pages_burst: int = 400
    updaters_per_second: int = 500
    updaters_burst: int = 4_000
    deliveries_per_second: int = 2_000
    deliveries_burst: int = 2_000
    sign_ins_per_minute: int = 60
    sign_ins_burst: int = 60
    connections: int = 400


def render(front: Front, config: Config) -> str:
    """The configuration, for the http block of nginx."""
    scheme, _, place = config.files.partition(":")
    given: dict[str, Any] = {name: getattr(front, name) for name in Front.__slots__}
    return _template().render(
        **given,
        host=urlsplit(config.public_url).hostname or "_",
        accel=config.accel,
        files=Path(place).absolute() if config.accel and scheme == "file" else None,
        away=_away(),
        nothing_offered=update_rdf.NOTHING,
        no_list=NO_LIST,
        refusals=API_REFUSALS,
        unread=UNREAD,
        known="|".join(_languages()),
        spellings=SPELLINGS,
        default="en",
    )


def _languages() -> list[str]:
    """Codes of every language that the application can name, and of those it renames."""
    named = {name.partition("_")[0] for name in locale_identifiers()}
    return sorted(named | {beginning.partition("-")[0] for _, beginning in SPELLINGS})


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - nginx's language, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("nginx.conf.jinja")


def _away() -> str:
    """A page of its own, in one line and without a character that nginx would read."""
    paragraphs = "".join(
        f"<p lang='{lang}'{' dir=rtl' if lang == 'ar' else ''}>{text}</p>" for lang, text in AWAY
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>ASLO</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'></head>"
        f"<body><h1>ASLO</h1>{paragraphs}</body></html>"
    )
