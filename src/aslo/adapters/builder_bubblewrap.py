"""The builder for one machine without an engine: each build in namespaces of its own."""

from pathlib import Path

from aslo.adapters import sandboxed_build
from aslo.adapters.control_groups import can_group, sweep
from aslo.adapters.sandbox_bubblewrap import BubblewrapSandbox
from aslo.domain.errors import BuilderError
from aslo.ports import Limits, LogLine

_NEEDED = {
    "usr/lib/python3/dist-packages/sugar3/activity/bundlebuilder.py": "python3-sugar3",
    "usr/bin/msgfmt": "gettext",
    "usr/bin/git": "git",
    "usr/bin/python3": "python3",
}


class BubblewrapBuilder:
    """Builds with Sugar's bundle builder in a sandbox over the machine's own /usr, or over
    a folder that image/build.sh made."""

    name = "bubblewrap"

    def __init__(self, limits: Limits, root: Path = Path("/")) -> None:
        self._limits = limits
        self._root = root
        self._sandbox = BubblewrapSandbox(limits, root)

    def available(self) -> str | None:
        """Why this builder cannot be used here, with the cure; None if it can."""
        return self._lacking() or self._sandbox.available()

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """See ports.Builder."""
        if reason := self._lacking():
            raise BuilderError(reason)
        return sandboxed_build.build(
            self._sandbox,
            self._limits,
            tree,
            into,
            log,
            bounded_as_a_whole=can_group(self._limits),
        )

    def _lacking(self) -> str | None:
        missing = sorted(
            package for file, package in _NEEDED.items() if not (self._root / file).exists()
        )
        if not missing:
            return None
        packages = " ".join(missing)
        return f"{self._root} lacks {packages}, which builds need: apt-get install {packages}"

    def sweep(self) -> int:
        """Remove what workers left behind when they died; how many control groups it was."""
        return sweep()
