"""What activities call the shelves that they stand on, each in its own spelling."""

from aslo.domain.spelling import plain

LONGEST = 80
_SAME = {"game": "games", "maths": "math", "mathematics": "math"}


def category_key(text: str) -> str:
    """A category without its case, accents and spare blanks, and one word for those that mean the
    same."""
    key = " ".join(plain(text).split())[:LONGEST]
    return _SAME.get(key, key)


def known_name(text: str) -> str:
    """The one word for those that mean the same, or the text as it is."""
    return _SAME.get(text, text)


def as_written(text: str) -> str:
    """A category in its author's spelling, on one line."""
    return " ".join(text.split())[:LONGEST]
