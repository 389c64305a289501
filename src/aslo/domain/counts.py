"""How often an activity was fetched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Downloads:
    """Downloads of an activity, of all its releases together."""

    total: int = 0
    recent: int = 0
    """Those of the last 28 days."""
