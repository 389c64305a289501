"""What is found where two things should agree, and do not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that is not as it should be, and what was done about it."""

    what: str
    done: str = ""
    """Empty where a person must do it; `what` then says how."""

    def __str__(self) -> str:
        return f"{self.what}: {self.done}" if self.done else self.what
