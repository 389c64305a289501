"""Icons, screenshots and posters made safe."""

from pathlib import Path
from typing import Protocol


class Pictures(Protocol):
    """Makes pictures safe to serve."""

    def screenshot(self, source: Path, to: Path, longest: int) -> tuple[str, int, int]:
        """Decode a picture by its bytes, not its name, re-encode it with at most so many pixels
        a side, and return the media type, width and height; ValueError if it is no picture
        within the limits."""

    def avatar(self, source: Path, to: Path) -> str:
        """Re-encode a contributor's picture as a small square; the media type, or ValueError."""

    def icon(self, svg: bytes, seed: str) -> bytes:
        """A clean, coloured SVG rebuilt from an activity's icon; ValueError if it is none.
        `seed` (the bundle id) chooses the pair of colours."""

    def poster(self, icon: bytes, seed: str) -> bytes:
        """A PNG of 1200 by 630 pixels that shows a clean icon, for pages that link to ours;
        ValueError if it cannot be drawn in bounded time."""
