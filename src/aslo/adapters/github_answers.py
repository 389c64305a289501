"""Gives GitHub's JSON answers the shape that is wanted of them."""

from typing import Any, TypeVar

import msgspec

from aslo.domain.errors import ForgeError

T = TypeVar("T")


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
