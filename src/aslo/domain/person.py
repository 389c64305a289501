"""Somebody who signed in with an account of the forge."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the forge; the number stays when the login changes."""

    id: int
    login: str
