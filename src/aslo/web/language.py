"""Which language a reader gets: the path names it, or the browser does."""

import re
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from flask import Flask, g, has_request_context, request
from flask_babel import Babel

from aslo.domain.locale import fallback_chain

DEFAULT = "en"
INTERFACE = ("en",)
"""Languages that the site itself speaks."""
OFFERED = (
    *("ar", "de", "en", "es", "fa", "fr", "gn", "he", "hi", "ht", "it", "ja", "km", "mn", "ne"),
    *("ps", "pt_BR", "qu", "ru", "rw", "si", "sw", "th", "tr", "ur", "vi", "zh_CN", "zh_TW"),
)
"""Languages that every page offers; an activity may have more."""

_GRAMMAR = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_[A-Z]{2})?(?:@[a-z]{2,8})?", re.ASCII)
_WISHES_HEARD = 10


@dataclass(frozen=True, slots=True)
class Reader:
    """The language somebody reads in."""

    lang: str

    @property
    def chain(self) -> tuple[str, ...]:
        """Languages to try, best first."""
        return fallback_chain(self.lang)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return Locale.parse(self.lang).text_direction

    @property
    def interface(self) -> str:
        """The language the site itself speaks to this reader."""
        return next(lang for lang in (*self.chain, DEFAULT) if lang in INTERFACE)


def set_up(app: Flask) -> None:
    """Let texts and numbers follow the reader."""
    Babel(app, locale_selector=lambda: reader().interface)
    app.context_processor(lambda: {"reader": reader(), "offered": OFFERED})
    app.add_template_filter(html_tag)
    app.add_template_filter(own_name)
    app.add_template_test(is_known, "known_language")


def reader() -> Reader:
    """Who reads the page that is made now."""
    if not has_request_context():
        return Reader(DEFAULT)
    return Reader(g.get("lang") or _wished())


@lru_cache(maxsize=1024)
def is_known(lang: str) -> bool:
    """Whether this is the code of a language that we can name."""
    return _GRAMMAR.fullmatch(lang) is not None and _locale(lang) is not None


@lru_cache(maxsize=1024)
def own_name(lang: str) -> str:
    """A language by its own name; the code where nobody knows the name."""
    locale = _locale(lang)
    name = locale.display_name if locale else None
    return name[:1].upper() + name[1:] if name else lang


def html_tag(lang: str) -> str:
    """The code as HTML wants it: `pt-BR`, `sr-Latn`; empty for words of unknown language."""
    plain, _, modifier = lang.partition("@")
    if modifier == "latin":
        plain += "_Latn"
    return plain.replace("_", "-")


def _wished() -> str:
    for tag in list(request.accept_languages.values())[:_WISHES_HEARD]:
        if (lang := _from_tag(tag)) is not None:
            return lang
    return DEFAULT


def _from_tag(tag: str) -> str | None:
    """`pt-br` as `pt_BR`, or nothing."""
    language, *more = tag.lower().replace("_", "-").split("-")[:3]
    parts = [part.title() if len(part) == 4 else part.upper() for part in more]
    lang = "_".join([language, *parts])
    return next((known for known in (lang, language) if is_known(known)), None)


def _locale(lang: str) -> Locale | None:
    try:
        return Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return None
