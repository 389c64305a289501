"""Answers that say the same to every reader, so that no wish for a language keeps them apart."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g

from aslo.web.language import DEFAULT

Answer = TypeVar("Answer")


def wordless(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer in no language of the reader's. It stands above `public`, which then names none;
    links to pages must say themselves which language they mean."""

    @wraps(view)
    def same(*args: Any, **named: Any) -> Answer:
        g.lang = DEFAULT
        return view(*args, **named)

    return same
