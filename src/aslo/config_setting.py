"""What one setting is: how its text is read, and what may be shown of its value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """One `ASLO_*` variable: how its text is read, and how much of its value may be shown."""

    default: str
    meaning: str
    read: Callable[[str], object]
    show: Callable[[object], str] = repr

    @property
    def secret(self) -> bool:
        """Whether its value, or a password in it, stays hidden; it may then come from a file."""
        return self.show is not repr


def setting(*args: Any, **kwargs: Any) -> Any:
    """A field of Config with its setting; `{home}` and `{listen}` in a default stand for others."""
    made = Setting(*args, **kwargs)
    return field(metadata={"setting": made})
