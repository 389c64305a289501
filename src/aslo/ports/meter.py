"""What is counted for monitors."""

from datetime import datetime
from typing import Protocol

from aslo.domain.build import Build


class Meter(Protocol):
    """Counts what happens on this machine, for monitors; never raises, and waits for nothing."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is one of ours, never what a stranger asked for."""

    def delivered(self, verdict: str) -> None:
        """A delivery was recorded."""

    def refused(self, code: str) -> None:
        """A delivery was refused with that error code."""

    def built(self, build: Build) -> None:
        """A claim of a build is over: the build has ended, or is back in the queue."""

    def followed(self, at: datetime) -> None:
        """The catalog was seen to be where the record is."""

    def page(self) -> bytes:
        """Everything counted, in the text form of Prometheus."""


class Unmetered:
    """A meter that counts nothing, for whoever wants none."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Not counted."""

    def delivered(self, verdict: str) -> None:
        """Not counted."""

    def refused(self, code: str) -> None:
        """Not counted."""

    def built(self, build: Build) -> None:
        """Not counted."""

    def followed(self, at: datetime) -> None:
        """Not counted."""

    def page(self) -> bytes:
        """Nothing."""
        return b""


UNMETERED: Meter = Unmetered()
