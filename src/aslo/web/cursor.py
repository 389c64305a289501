"""A place in a list that is read by names: the text that leads a reader to the page behind it."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from aslo.web.characters import writable

LONGEST = 1_000


def cursor(of: str, place: str) -> str:
    """What leads behind a place in that list."""
    return urlsafe_b64encode(f"{of}\n{writable(place)}".encode()).decode().rstrip("=")


def place(of: str, cursor: str) -> str | None:
    """The place that a cursor of that list names; None if it is no cursor, or another list's."""
    if len(cursor) > LONGEST or not cursor.isascii():
        return None
    try:
        told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    whose, _, found = told.partition("\n")
    return found if whose == of and found else None
