"""Watch the demo's site from outside, as a developer and a learner would."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx

from aslo.demo.forge_client import ForgeClient
from aslo.demo.place import DemoError
from aslo.demo.publishing import Cut

PAUSE_SECONDS = 0.3
START_SECONDS = 60
BUILD_SECONDS = 300

Found = TypeVar("Found")

_DOWNLOAD = re.compile(r'href="(/download/[^"]+[.]xo)"')


class SiteClient:
    """Reads the demo's site over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=20)

    def wait_until_up(self) -> None:
        """Wait until the first page answers; DemoError if it never does."""
        self._wait(self._is_up, START_SECONDS, "the site does not start")

    def build_of(self, cut: Cut, forge: ForgeClient) -> str:
        """The build of a release, once the store has answered its delivery."""

        def ask() -> str | None:
            return forge.build_of(cut.release_id)

        return self._wait(ask, START_SECONDS, f"no delivery of {cut.tag} was answered")

    def latest_version(self, bundle_id: str) -> str:
        """The version that a learner is offered now."""
        return self._get(f"/{bundle_id}").url.path.rpartition("/")[2]

    def end_of(self, build_id: str) -> dict[str, Any]:
        """The build once it has ended."""

        def ask() -> dict[str, Any] | None:
            now = self._build(build_id)
            return now if now["ended"] else None

        return self._wait(ask, BUILD_SECONDS, f"build {build_id} does not end")

    def live(self, build_id: str) -> Iterator[str]:
        """The lines of the build's log as they are written, until it has ended."""
        shown = 0
        while True:
            ended = self._build(build_id)["ended"]
            lines = self._get(f"/builds/{build_id}/log.txt").text.splitlines()
            yield from lines[shown:]
            shown = len(lines)
            if ended:
                return
            time.sleep(PAUSE_SECONDS)

    def wait_for_answers(self, cut: Cut, forge: ForgeClient) -> list[str]:
        """The two comments on the release's commit."""

        def ask() -> list[str] | None:
            found = [each["body"] for each in forge.comments(cut.full_name, cut.commit)]
            return found if len(found) > 1 else None

        return self._wait(ask, START_SECONDS, f"the developer of {cut.tag} was not told twice")

    def check_download(self, build: dict[str, Any]) -> None:
        """Fetch the release's page and its bundle as a learner would; DemoError if one fails."""
        page = f"/{build['bundle_id']}/{build['version']}"
        link = _DOWNLOAD.search(self._get(page).text)
        if link is None:
            raise DemoError(f"{page} has no download")
        answer = self._get(link[1])
        if answer.headers["ETag"] != f'"{hashlib.sha256(answer.content).hexdigest()}"':
            raise DemoError(f"{link[1]} has other bytes than its ETag says")

    def _is_up(self) -> bool:
        try:
            return self._http.get("/").status_code < httpx.codes.INTERNAL_SERVER_ERROR
        except httpx.HTTPError:
            return False

    def _wait(self, ask: Callable[[], Found | None], seconds: float, what: str) -> Found:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := ask():
                return found
            time.sleep(PAUSE_SECONDS)
        raise DemoError(f"{what} (waited {seconds:.0f} s)")

    def _build(self, build_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._get(f"/builds/{build_id}.json").json()
        return found

    def _get(self, path: str) -> httpx.Response:
        try:
            answer = self._http.get(path, follow_redirects=True)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise DemoError(f"{path} of the demo's site: {error}") from error
        return answer
