"""Gives GitHub's JSON answers the shape that is wanted of them."""

import json
from typing import Any, TypeVar

import msgspec

from aslo.domain.errors import ForgeError

T = TypeVar("T")


def parsed(body: bytes, asked: str) -> Any:
    """The document of an answer, None for an empty one; ForgeError if it is not JSON."""
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ForgeError(f"the answer to {asked} is not JSON") from error


def shaped(document: object, shape: type[T], asked: str) -> T:
    """An answer in its shape; ForgeError if it has another."""
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise ForgeError(f"the answer to {asked} has an odd shape: {error}") from error


def listed(document: object, asked: str) -> list[Any]:
    """A list; nothing at all (204) is GitHub's answer for an empty repository."""
    if document is None:
        return []
    if not isinstance(document, list):
        raise ForgeError(f"the answer to {asked} is no list, got {type(document).__name__}")
    return document
