"""Numbers as the reader writes them, alone and within the sentences of templates."""

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent
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
TOLD = "told"
"""What templates call to put values into a sentence that is in the reader's language already."""
_TABLES = {system: str.maketrans("0123456789", digits) for system, digits in _DIGITS.items()}


class _Number(int):
    """A number that a sentence's `%s` writes as the reader does."""

    def __str__(self) -> str:
        return number(int(self))


def set_up(app: Flask) -> None:
    """Let a whole number that a template puts into a sentence be written as the reader does.

    These take the place of what Flask-Babel gives to templates, which looks for its application,
    its domain and the language again at each of a page's hundreds of sentences.
    """
    app.jinja_env.globals.update(
        {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext, TOLD: _told}
    )
    app.add_template_filter(number)
    app.add_template_filter(percent)


def number(value: int) -> str:
    """`10,000`, with the reader's signs and digits."""
    return _number(value, reader().interface)


def percent(value: int) -> str:
    """`87%`, with the reader's sign and digits at the place where they belong."""
    return _percent(value, reader().interface)


def digits(text: str) -> str:
    """The text with the digits of the reader's language."""
    return text.translate(_table(reader().interface))


@lru_cache(maxsize=512)
def _percent(value: int, lang: str) -> str:
    return format_percent(value / 100, locale=lang).translate(_table(lang))


@lru_cache(maxsize=4096)
def _number(value: int, lang: str) -> str:
    return format_decimal(value, locale=lang).translate(_table(lang))


@lru_cache(maxsize=256)
def _table(lang: str) -> dict[int, int]:
    return _TABLES.get(Locale.parse(lang).default_numbering_system, {})


@lru_cache(maxsize=4096)
def translated(lang: str, message: str, *, is_markup: bool) -> str:
    """A sentence of ours in a language, with the places for its values."""
    sentence: str = translations(lang).ugettext(message)
    return Markup(sentence) if is_markup else sentence  # noqa: S704  # ours


@pass_context
def _gettext(context: Context, message: str, **values: Any) -> str:
    lang, is_markup = _asked(context)
    return _told(translated(lang, message, is_markup=is_markup), **values)


@pass_context
def _ngettext(context: Context, one: str, more: str, count: int, **values: Any) -> str:
    lang, is_markup = _asked(context)
    sentence: str = translations(lang).ungettext(one, more, count)
    return _told(Markup(sentence) if is_markup else sentence, **{"num": count, **values})  # noqa: S704  # ours


def _asked(context: Context) -> tuple[str, bool]:
    """The language of the page, and whether it is markup."""
    return context["reader"].interface, bool(context.eval_ctx.autoescape)


def _told(sentence: str, /, **values: Any) -> str:
    """The sentence with its values; a sentence that is markup escapes them."""
    told = {name: _Number(v) if isinstance(v, int) else v for name, v in values.items()}
    filled: str = writable(sentence % told)
    return filled
