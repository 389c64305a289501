"""Look at the public site over HTTP, as a reader would."""

import hashlib
import time

import httpx

import aslo
from aslo import http_wire
from aslo.domain.errors import SiteError
from aslo.http_wire import BoundedTransport


class HttpSite:
    """The site at one base address; each look is bounded in time."""

    def __init__(
        self, base_url: str, timeout_seconds: float = 20.0, longest_seconds: float = 120.0
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = httpx.Timeout(timeout_seconds)
        self._longest_seconds = longest_seconds

    def confirm(self, page_path: str, download_path: str, sha256: str) -> None:
        """Fetch the page and the download back; SiteError if either is missing or differs."""
        try:
            with httpx.Client(
                # By this name it is told from those whose downloads count.
                headers={"User-Agent": f"ASLO/{aslo.__version__}"},
                timeout=self._timeout,
                follow_redirects=False,
                transport=BoundedTransport(trust_env=True),
            ) as client:
                until = time.monotonic() + self._longest_seconds
                self._fetch(client, page_path, until)
                if self._fetch(client, download_path, until) != sha256:
                    raise SiteError(f"{download_path} has other bytes than were published")
        except (httpx.HTTPError, *http_wire.FOREIGN) as error:
            raise SiteError(f"{self._base_url} does not answer: {error}") from error

    def _fetch(self, client: httpx.Client, path: str, until: float) -> str:
        """The SHA-256 of what is there; SiteError if it is not, or takes too long."""
        digest = hashlib.sha256()
        with client.stream("GET", self._base_url + path) as answer:
            if answer.status_code != httpx.codes.OK:
                raise SiteError(f"{path} answers {answer.status_code}")
            for chunk in answer.iter_raw():
                digest.update(chunk)
                if time.monotonic() > until:
                    raise SiteError(f"{path} takes too long")
        return digest.hexdigest()
