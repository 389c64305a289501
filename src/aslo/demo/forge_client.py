"""A developer's hands on the simulated forge, over its control routes."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx

from aslo.demo.place import DemoError

TIMEOUT_SECONDS = 60


class ForgeClient:
    """Commits, tags and releases at the simulator of a demo."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx.Client(base_url=f"{url}/_simulator", timeout=TIMEOUT_SECONDS)

    def released(self, full_name: str) -> dict[str, int]:
        """The releases of a repository that is there: their ids by tag, of a tag the latest."""
        newest_first = self._send("GET", f"{self._url}/repos/{full_name}/releases?per_page=100")
        return {each["tag_name"]: int(each["id"]) for each in reversed(newest_first)}

    def commit_of(self, full_name: str, tag: str) -> str:
        """The commit that a tag names."""
        ref = self._send("GET", f"{self._url}/repos/{full_name}/git/ref/tags/{tag}")
        return str(ref["object"]["sha"])

    def add_repository(self, full_name: str, description: str) -> None:
        """Make the repository unless it is there."""
        owner, _, name = full_name.partition("/")
        self._send("POST", "/repositories", owner=owner, name=name, description=description)

    def let_in(self, full_name: str, login: str) -> None:
        """Let somebody write to the repository."""
        self._send("POST", f"/repositories/{full_name}/collaborators", login=login)

    def commit(self, full_name: str, files: Mapping[str, bytes], author: str, message: str) -> None:
        """Make the tree of the default branch hold exactly these files."""
        content = {path: _base64(data) for path, data in files.items()}
        path = f"/repositories/{full_name}/commits"
        self._send("POST", path, files=content, author=author, message=message, replace=True)

    def tag(self, full_name: str, name: str) -> str:
        """Tag the latest commit and return it."""
        found: str = self._send("POST", f"/repositories/{full_name}/tags", name=name)["commit"]
        return found

    def release(self, full_name: str, tag: str, **what: Any) -> int:
        """Publish a release and return its id; `assets` are bytes by name."""
        assets = {name: _base64(data) for name, data in what.pop("assets", {}).items()}
        path = f"/repositories/{full_name}/releases"
        return int(self._send("POST", path, tag=tag, assets=assets, **what)["id"])

    def build_of(self, release_id: int) -> str | None:
        """The build that the store answered with to a delivery about a release, if it has."""
        for delivery in self._deliveries_about(release_id):
            if build := _answer(delivery).get("build"):
                return str(build)
        return None

    def deliver_again(self, release_id: int) -> None:
        """Send what was told about a release once more, unless it was answered with a build."""
        if self.build_of(release_id) is None:
            for guid in {each["guid"]: None for each in self._deliveries_about(release_id)}:
                self._send("POST", f"/deliveries/{guid}/redeliver")

    def comments(self, full_name: str, commit: str) -> list[dict[str, Any]]:
        """What was said on a commit."""
        found: list[dict[str, Any]] = self._send(
            "GET", f"/repositories/{full_name}/comments?commit={commit}"
        )
        return found

    def _deliveries_about(self, release_id: int) -> list[dict[str, Any]]:
        return [
            delivery
            for delivery in self._send("GET", "/deliveries")
            if json.loads(delivery["body"]).get("release", {}).get("id") == release_id
        ]

    def _send(self, method: str, path: str, **document: Any) -> Any:
        try:
            answer = self._http.request(method, path, json=document or None)
            answer.raise_for_status()
            return answer.json()
        except httpx.HTTPStatusError as error:
            raise DemoError(f"the forge refuses {path}: {error.response.text[:300]}") from error
        except httpx.HTTPError as error:
            raise DemoError(f"the forge of the demo does not answer: {error}") from error
        except ValueError as error:
            raise DemoError(f"what answers at {self._url} is no forge of a demo") from error


def _answer(delivery: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = json.loads(delivery["response"])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _base64(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode()}
