"""How much of a build's log is kept, whatever the store."""

NOTE = "\n[The log is cut here: a build may write {limit_bytes} bytes.]\n"


def fit(held_bytes: int, text: str, limit_bytes: int) -> tuple[str, int]:
    """What of `text` goes into a log that holds so many bytes, and how many it holds then.

    A log that was cut holds more than the limit; nothing goes into it any more.
    """
    if held_bytes > limit_bytes:
        return "", held_bytes
    data = text.encode(errors="replace")
    total = held_bytes + len(data)
    if total <= limit_bytes:
        return data.decode(), total
    # A character that the limit falls into is left out whole.
    kept = data[: limit_bytes - held_bytes].decode(errors="ignore")
    return kept + NOTE.format(limit_bytes=limit_bytes), limit_bytes + 1
