"""The builder for production: each build in a container of its own."""

from pathlib import Path

from aslo.adapters import sandboxed_build
from aslo.adapters.sandbox_docker import IMAGE, DockerSandbox, sweep
from aslo.ports import Limits, LogLine


class DockerBuilder:
    """Builds with Sugar's bundle builder in a container that sees the tree and nothing else."""

    name = "docker"

    def __init__(self, limits: Limits, image: str = IMAGE) -> None:
        self._limits = limits
        self._sandbox = DockerSandbox(limits, image)

    def available(self) -> str | None:
        """Why this builder cannot be used here, with the cure; None if it can."""
        return self._sandbox.available()

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """See ports.Builder."""
        return sandboxed_build.build(self._sandbox, self._limits, tree, into, log)

    def sweep(self) -> int:
        """Remove what workers left behind when they died; how many containers it was."""
        return sweep()
