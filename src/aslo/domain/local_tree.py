"""A git tree on this machine, and its tags as they came into the world."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LocalTag:
    """A tag that names a commit, and the activity.info there; None if there is none to read."""

    name: str
    commit: str
    tagged_at: datetime
    info: bytes | None = None


@dataclass(frozen=True, slots=True)
class LocalTree:
    """A clone or a bare repository; `origin` is the address that it was cloned from."""

    path: str
    origin: str = ""
    tags: tuple[LocalTag, ...] = ()
