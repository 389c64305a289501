"""Numbers as the reader writes them, alone and within the sentences of templates."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from aslo.web.characters import writable
from aslo.web.language import reader, translations

# Digits of the numbering systems that are some language's own in CLDR; the rest write 0 to 9.
_DIGITS = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
}
_TABLES = {system: str.maketrans("0123456789", digits) for system, digits in _DIGITS.items()}


class _Told(int):
    """A number that a sentence's `%s` writes as the reader does."""

    def __str__(self) -> str:
        return number(int(self))


def set_up(app: Flask) -> None:
    """Let a whole number that a template puts into a sentence be written as the reader does.

    These take the place of what Flask-Babel gives to templates, which looks for its application,
    its domain and the language again at each of a page's hundreds of sentences.
    """
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.add_template_filter(number)


def number(value: int) -> str:
    """`10,000`, with the reader's signs and digits."""
    return _number(value, reader().interface)


def digits(text: str) -> str:
    """The text with the digits of the reader's language."""
    return text.translate(_table(reader().interface))


@lru_cache(maxsize=4096)
def _number(value: int, lang: str) -> str:
    return format_decimal(value, locale=lang).translate(_table(lang))


@lru_cache(maxsize=256)
def _table(lang: str) -> dict[int, int]:
    return _TABLES.get(Locale.parse(lang).default_numbering_system, {})


@pass_context
def _gettext(context: Context, message: str, **values: Any) -> str:
    lang, autoescape = _asked(context)
    if not values:
        return _plain(lang, message, autoescape)
    return _filled(autoescape, translations(lang).ugettext(message), values)


@pass_context
def _ngettext(context: Context, one: str, more: str, count: int, **values: Any) -> str:
    lang, autoescape = _asked(context)
    sentence = translations(lang).ungettext(one, more, count)
    return _filled(autoescape, sentence, {"num": count, **values})


def _asked(context: Context) -> tuple[str, bool]:
    """The language of the page, and whether it is markup."""
    return context["reader"].interface, bool(context.eval_ctx.autoescape)


@lru_cache(maxsize=4096)
def _plain(lang: str, message: str, autoescape: bool) -> str:  # noqa: FBT001  # part of the key
    return _filled(autoescape, translations(lang).ugettext(message), {})


def _filled(autoescape: bool, sentence: str, values: Mapping[str, Any]) -> str:  # noqa: FBT001
    told = {name: _Told(v) if isinstance(v, int) else v for name, v in values.items()}
    filled: str = writable((Markup(sentence) if autoescape else sentence) % told)  # noqa: S704  # ours, and `%` escapes
    return filled
