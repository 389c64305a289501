"""Scratch folders of builds."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Workspace(Protocol):
    """Scratch folders, one for each claim of a build."""

    def open(self, build_id: str, fence: int) -> AbstractContextManager[Path]:
        """An empty folder that is gone, with all it holds, when the context ends. Folders of
        earlier claims of that build are removed first."""

    def sweep(self) -> int:
        """Remove the folders that workers left behind when they died; how many it was."""
