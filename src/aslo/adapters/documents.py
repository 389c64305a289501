"""Domain values as plain documents that any store can keep; keys equal attribute names.

A moment is ISO 8601 text in UTC, an enumeration its value, a tuple a list. A key that is not
known is passed over, so that a store written by a newer version can still be read.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from aslo.domain.errors import MalformedDocumentError

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_document(value: object) -> dict[str, Any]:
    """A domain value as a dictionary of plain values; ValueError for a moment without zone."""
    plain = msgspec.to_builtins(value, builtin_types=(datetime,))
    document: dict[str, Any] = _plain(plain)
    return document


def from_document(kind: type[T], document: object, key: str) -> T:
    """The domain value of a document; MalformedDocumentError names its key."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise _malformed(kind, key, error) from error


def to_json(value: object) -> str:
    """A domain value as JSON text; ValueError for text or a number that JSON cannot hold."""
    try:
        return msgspec.json.encode(to_document(value)).decode()
    except (UnicodeEncodeError, OverflowError) as error:
        raise ValueError(f"a {type(value).__name__} cannot be kept: {error}") from error


def from_json(kind: type[T], text: str | bytes, key: str) -> T:
    """The domain value of JSON text; MalformedDocumentError names its key."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(kind, key, error) from error


def instant(moment: datetime) -> int:
    """A moment as whole microseconds, which sort as moments do; ISO text would not."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def _plain(node: Any) -> Any:
    # Most of what is kept is text: asking for its type here spares a call for each.
    if isinstance(node, dict):
        return {key: v if type(v) is str else _plain(v) for key, v in node.items()}
    if isinstance(node, list | tuple):
        return [v if type(v) is str else _plain(v) for v in node]
    return _moment(node) if isinstance(node, datetime) else node


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs its zone, got {moment!r}")
    return moment.astimezone(UTC).isoformat()


def _malformed(kind: type[object], key: str, error: Exception) -> MalformedDocumentError:
    what = f"the stored {kind.__name__.lower()} {key}"
    return MalformedDocumentError(f"{what} cannot be read: {error}")
