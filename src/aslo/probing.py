"""What `aslo doctor` asks of the adapters that the settings name."""

import os
from functools import partial
from pathlib import Path
from typing import Any

from aslo import bootstrap
from aslo.config import Config
from aslo.doctor import Probes, folder


def probes(config: Config, role: str = "site") -> Probes:
    """Each question, not yet asked; its answer is what is wrong, or None."""
    builders = {name: partial(_why_not, name, config) for name in bootstrap.BUILDERS}
    return Probes(
        store=partial(_probe_store, config),
        files=partial(_probe_files, config, writes=role != "web"),
        builders=builders,
        broker=partial(bootstrap.why_silent, config) if config.broker else None,
    )


def _why_not(name: str, config: Config) -> str | None:
    return bootstrap.named_builder(name, config).available()


def _probe_store(config: Config) -> str | None:
    scheme, _, place = config.store.partition(":")
    if scheme == "sqlite" and not Path(place).exists():
        # Opening would make it, and who looks leaves no traces.
        return folder(Path(place).parent).detail or None
    opened: Any = bootstrap.store(config)
    try:
        opened.look()
    finally:
        opened.close()
    return None


def _probe_files(config: Config, *, writes: bool) -> str | None:
    scheme, _, place = config.files.partition(":")
    if scheme == "file":
        path = Path(place)
        if not writes and path.exists():
            return None if os.access(path, os.R_OK | os.X_OK) else "this user may not read it"
        return folder(path).detail or None
    opened: Any = bootstrap.files(config)
    opened.look()
    return None
