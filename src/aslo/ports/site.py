"""The public site, as the world sees it."""

from typing import Protocol


class Site(Protocol):
    """The public site, as the world sees it."""

    def confirm(self, page_path: str, download_path: str, sha256: str) -> None:
        """Fetch the page and the download back; SiteError if either is missing or differs."""
