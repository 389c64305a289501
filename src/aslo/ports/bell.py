"""What rings workers."""

from typing import Protocol


class Bell(Protocol):
    """Tells workers that there is something to do; the store knows what."""

    def ring(self, build_id: str) -> None:
        """Ring for a build, within a second or two. Never raises: a bell that is not heard is
        made good by the sweep."""

    def why_silent(self) -> str | None:
        """Why nobody would hear it now; None if it is heard."""
