"""Wait as long as the forge asks for, and say so, where somebody sits before it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from aslo.domain.errors import ForgeLimitError
from aslo.ports import Clock

T = TypeVar("T")
NAP = timedelta(seconds=1)


@dataclass(slots=True)
class Patience:
    """Lets time pass by `sleep`, and tells each wait once, with its end."""

    clock: Clock
    sleep: Callable[[float], None]
    tell: Callable[[str], None]
    _told: str = ""

    def ask(self, question: Callable[[], T]) -> T:
        """The answer, after as many pauses as the forge wants."""
        while True:
            try:
                return question()
            except ForgeLimitError as error:
                until = self.clock() + error.pause
                self.say("GitHub wants to be left alone", until)
                self.wait(until)

    def wait(self, until: datetime) -> None:
        """Let time pass until that moment."""
        while (left := until - self.clock()) > timedelta():
            self.sleep(min(left, NAP).total_seconds())

    def say(self, why: str, until: datetime) -> None:
        """Tell why is waited, and until when, unless that was the last thing told."""
        text = f"{why}: going on at {until:%H:%M:%S} UTC"
        if text != self._told:
            self._told = text
            self.tell(text)
