"""Which language a reader gets: the path names it, or the browser does."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from aslo.domain.locale import fallback_chain
from aslo.domain.wish import wished_language
from aslo.web.own_names import OFFERED, OWN_NAMES
from aslo.web.visit import visit

DEFAULT = "en"
TRANSLATIONS = Path(__file__).parent / "translations"

_GRAMMAR = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_[A-Z]{2})?(?:@[a-z]{2,8})?", re.ASCII)
_HEARD_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Reader:
    """The language somebody reads in."""

    lang: str

    @property
    def chain(self) -> tuple[str, ...]:
        """Languages to try, best first."""
        return fallback_chain(self.lang)

    @property
    def interface(self) -> str:
        """The language the site itself speaks to this reader, which is that of the page."""
        return _nearest_spoken(self.lang)

    @property
    def direction(self) -> str:
        """How the page runs: `ltr` or `rtl`."""
        return direction(self.interface)


class _Sentences(Domain):  # type: ignore[misc]  # the library ships no types
    """Finds translations by our name of the language: CLDR's for `zh_CN` is no folder here."""

    def get_translations(self) -> NullTranslations:
        return translations(reader().interface)


def set_up(app: Flask) -> None:
    """Let texts and numbers follow the reader."""
    babel = Babel(app, locale_selector=lambda: reader().interface)
    babel.domain_instance = _Sentences()
    app.context_processor(lambda: {"reader": reader(), "offered": OFFERED})
    app.add_template_global(interface_languages)
    app.add_template_filter(html_tag)
    app.add_template_filter(own_name)
    app.add_template_test(is_known, "known_language")


@cache
def interface_languages() -> tuple[str, ...]:
    """Languages that the site itself speaks: English, and each that has a folder."""
    translated = {path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")}
    return tuple(sorted({DEFAULT, *translated}))


@cache
def translations(lang: str) -> NullTranslations:
    """The sentences of the site in that language; as they are in the code if it has no file."""
    return Translations.load(TRANSLATIONS, [lang])


def reader() -> Reader:
    """Who reads the page that is made now."""
    now = visit()
    if now.reads is None:
        now.reads = now.lang or _wished_now()
    return _reader(now.reads)


@lru_cache(maxsize=1024)
def _reader(lang: str) -> Reader:
    return Reader(lang)


def _wished_now() -> str:
    return wished(request.headers.get("Accept-Language", "")) if has_request_context() else DEFAULT


@lru_cache(maxsize=256)
def wished(header: str) -> str:
    """The dearest wish of an Accept-Language that we can name (RFC 9110, 12.5.4); else English.

    nginx in front goes by the order instead. Only so much is heard as browsers send.
    """
    heard = parse_accept_header(header[:_HEARD_CHARACTERS], LanguageAccept)
    wishes = (wished_language(tag) for tag, quality in heard if quality > 0)
    return next(filter(is_known, wishes), DEFAULT)


@lru_cache(maxsize=1024)
def _nearest_spoken(lang: str) -> str:
    return next(near for near in (*fallback_chain(lang), DEFAULT) if near in interface_languages())


@lru_cache(maxsize=256)
def direction(lang: str) -> str:
    """How its script runs: `ltr` or `rtl`."""
    return Locale.parse(lang).text_direction


@lru_cache(maxsize=1024)
def is_known(lang: str) -> bool:
    """Whether this is the code of a language that we can name."""
    return _GRAMMAR.fullmatch(lang) is not None and _locale(lang) is not None


@lru_cache(maxsize=1024)
def own_name(lang: str) -> str:
    """A language by its own name, `Español (UY)`; the code where nobody knows the name."""
    if lang in OWN_NAMES:
        return OWN_NAMES[lang]
    whole, _, place = lang.rpartition("_")
    return f"{OWN_NAMES[whole]} ({place})" if whole in OWN_NAMES else lang


@lru_cache(maxsize=1024)
def html_tag(lang: str) -> str:
    """The code as HTML wants it: `pt-BR`, `sr-Latn`; empty for words of unknown language."""
    plain, _, modifier = lang.partition("@")
    if modifier == "latin":
        plain += "_Latn"
    return plain.replace("_", "-")


def _locale(lang: str) -> Locale | None:
    try:
        return Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return None
