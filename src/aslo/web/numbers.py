"""Numbers as the reader writes them, alone and within sentences."""

from collections.abc import Callable
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from jinja2 import pass_context

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
    """Let a whole number that a template puts into a sentence be written as the reader does."""
    sentences: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext"):
        sentences[name] = _with_numbers(sentences[name])
    app.add_template_filter(number)


def number(value: int) -> str:
    """`10,000`, with the reader's signs and digits."""
    return digits(format_decimal(value, locale=_locale()))


def digits(text: str) -> str:
    """The text with the digits of the reader's language."""
    return text.translate(_TABLES.get(_locale().default_numbering_system, {}))


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _with_numbers(say: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's gettext or ngettext, whose third word is the number that chooses the form."""

    @pass_context
    def said(context: Any, *words: Any, **values: Any) -> Any:
        if words[2:]:
            values.setdefault("num", words[2])
        told = {name: _Told(v) if isinstance(v, int) else v for name, v in values.items()}
        return say(context, *words, **told)

    return said
