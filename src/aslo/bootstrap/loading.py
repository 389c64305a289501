"""Adapters by their names, each imported when it is chosen."""

import importlib
from typing import Any


def load(place: str) -> Any:
    """What `module:name` names."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
