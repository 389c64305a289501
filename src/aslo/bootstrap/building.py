"""What builds, and what it may use."""

import sys
from dataclasses import replace
from pathlib import Path

from aslo.bootstrap.loading import load
from aslo.config import Config
from aslo.domain.errors import BuilderError
from aslo.ports import (
    Builder,
    Examiner,
    Limits,
    LogLine,
    Source,
)

BUILDERS = {
    "docker": "aslo.adapters.builder_docker:DockerBuilder",
    "bubblewrap": "aslo.adapters.builder_bubblewrap:BubblewrapBuilder",
    "plain": "aslo.adapters.builder_plain:PlainBuilder",
}
"""In the order in which `auto` tries them."""
SANDBOXES = {
    "docker": "aslo.adapters.sandbox_docker:DockerSandbox",
    "bubblewrap": "aslo.adapters.sandbox_bubblewrap:BubblewrapSandbox",
    "plain": "aslo.adapters.sandbox_process:ProcessSandbox",
}
"""Where sources are fetched, by the builder they are for."""
EXAMINER = (sys.executable, "-I", "-m", "aslo.examiner_process")
LOOK_SECONDS = 120
"""A look at a tree takes about a second; no other commit is checked meanwhile."""


def limits(config: Config) -> Limits:
    """What one build may use."""
    return Limits(
        build_seconds=config.build_seconds,
        memory_bytes=config.build_memory,
        disk_bytes=config.build_disk,
        processes=config.build_processes,
    )


def builder(config: Config) -> Builder:
    """The builder that ASLO_BUILDER names, or the first that works here; else BuilderError."""
    missing = []
    for name in BUILDERS if config.builder == "auto" else [config.builder]:
        made = named_builder(name, config)
        reason = made.available()
        if reason is None:
            return made
        missing.append(f"{name}: {reason}")
    raise BuilderError(f"no builder works on this machine; {'; '.join(missing)}")


def named_builder(name: str, config: Config) -> Builder:
    """The builder of that name, whether or not it works here."""
    make = load(BUILDERS[name])
    image = [config.build_image] if name == "docker" else []
    made: Builder = make(limits(config), *image)
    return made


def source(config: Config, builder_name: str) -> Source:
    """Fetches trees from the forge, in a sandbox of that builder's kind but apart from it."""
    sandbox = load(SANDBOXES[builder_name])
    schemes = ("http", "https") if config.forge.startswith("http://") else ("https",)
    bounds = limits(config)
    if builder_name == "docker":
        apart = sandbox(bounds, config.build_image, config.fetch_network)
    else:
        apart = sandbox(bounds)
    made: Source = load("aslo.adapters.source_git:GitSource")(apart, schemes, bounds)
    return made


def examiner(config: Config) -> Examiner:
    """Looks at trees in a process of their own, within the bounds of a build and less time."""
    bounds = limits(config)
    bounds = replace(bounds, build_seconds=min(LOOK_SECONDS, bounds.build_seconds))
    made: Examiner = load("aslo.adapters.examiner_apart:ApartExaminer")(EXAMINER, bounds)
    return made


def local_tree(config: Config, tree: Path, ref: str, into: Path, log: LogLine) -> Path:
    """Fetch what a ref of a git tree on this machine names."""
    fetched: Path = load("aslo.adapters.local_tree:fetch_local")(
        tree, ref, into, limits(config), log
    )
    return fetched
