"""How a text that somebody else wrote stands in one of our messages."""

LONGEST = 80


def shown(text: str) -> str:
    """A foreign text in quotes, on one line, and not too long."""
    if len(text) <= LONGEST:
        return repr(text)
    return f"{text[:LONGEST]!r}..."
