"""Answers that say the same to every reader, so that no wish for a language keeps them apart."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from aslo.web.language import DEFAULT
from aslo.web.visit import visit

Answer = TypeVar("Answer")


def wordless(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer in no language of the reader's. It stands above `public`, which then names none;
    links to pages must say themselves which language they mean."""

    @wraps(view)
    def same(*args: Any, **named: Any) -> Answer:
        visit().lang = DEFAULT
        return view(*args, **named)

    return same
