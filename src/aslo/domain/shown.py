"""How a text that somebody else wrote stands in one of our messages."""

LONGEST = 80


def shown(text: str) -> str:
    """A foreign text in quotes, on one line, and not too long."""
    if len(text) <= LONGEST:
        return repr(text)
    return f"{text[:LONGEST]!r}..."


def printable(text: str) -> str:
    """A text with an escape for whatever moves a cursor, or turns what follows."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
