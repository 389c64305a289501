"""Numbers as the reader writes them."""

from flask import Flask
from flask_babel import format_decimal


def set_up(app: Flask) -> None:
    """Give templates their numbers."""
    app.add_template_filter(number)


def number(value: int) -> str:
    """`10,000`, with the reader's signs."""
    return str(format_decimal(value))
