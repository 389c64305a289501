"""Look at the public site over HTTP, as a reader would."""

import hashlib

import httpx

import aslo
from aslo.domain.errors import SiteError


class HttpSite:
    """The site at one base address; each look is bounded in time."""

    def __init__(self, base_url: str, timeout_seconds: float = 20.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = httpx.Timeout(timeout_seconds)

    def confirm(self, page_path: str, download_path: str, sha256: str) -> None:
        """Fetch the page and the download back; SiteError if either is missing or differs."""
        try:
            with httpx.Client(
                # By this name it is told from those whose downloads count.
                headers={"User-Agent": f"ASLO/{aslo.__version__}"},
                timeout=self._timeout,
                follow_redirects=False,
            ) as client:
                self._page(client, page_path)
                self._download(client, download_path, sha256)
        except httpx.HTTPError as error:
            raise SiteError(f"{self._base_url} does not answer: {error}") from error

    def _page(self, client: httpx.Client, path: str) -> None:
        answer = client.get(self._base_url + path)
        if answer.status_code != httpx.codes.OK:
            raise SiteError(f"{path} answers {answer.status_code}")

    def _download(self, client: httpx.Client, path: str, sha256: str) -> None:
        digest = hashlib.sha256()
        with client.stream("GET", self._base_url + path) as answer:
            if answer.status_code != httpx.codes.OK:
                raise SiteError(f"{path} answers {answer.status_code}")
            for chunk in answer.iter_raw():
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise SiteError(f"{path} has other bytes than were published")
