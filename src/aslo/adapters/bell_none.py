"""No bell: workers poll the store (the embedded default)."""


class NoBell:
    """Rings nothing; the worker looks by itself."""

    def ring(self, build_id: str) -> None:
        """Do nothing."""

    def why_silent(self) -> str | None:
        """Nobody waits for it, so nobody misses it."""
        return None
