"""GitHub's own descriptions of its API and webhooks, and a proxy that holds answers to them."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).parent.parent / "contract"
PACKAGES = FOLDER / "node_modules"
PATHS = (
    "/user",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/tags",
    "/repos/{owner}/{repo}/git/ref/{ref}",
    "/repos/{owner}/{repo}/git/tags/{tag_sha}",
    "/repos/{owner}/{repo}/releases",
    "/repos/{owner}/{repo}/releases/{release_id}",
    "/repos/{owner}/{repo}/releases/assets/{asset_id}",
    "/repos/{owner}/{repo}/contributors",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    "/repos/{owner}/{repo}/comments/{comment_id}",
    "/repos/{owner}/{repo}/compare/{basehead}",
    "/repos/{owner}/{repo}/commits/{commit_sha}/comments",
    "/repos/{owner}/{repo}/commits/{ref}/statuses",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/repos/{owner}/{repo}/installation",
    "/repos/{owner}/{repo}/check-runs",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/hooks",
    "/repos/{owner}/{repo}/hooks/{hook_id}",
    "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries",
    "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts",
    "/repos/{owner}/{repo}/contents/{path}",
    "/orgs/{org}/repos",
    "/orgs/{org}/hooks",
    "/orgs/{org}/hooks/{hook_id}",
    "/orgs/{org}/hooks/{hook_id}/deliveries",
    "/orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}/attempts",
    "/orgs/{org}/installation",
    "/app",
    "/app/hook/deliveries",
    "/app/hook/deliveries/{delivery_id}/attempts",
    "/app/installations/{installation_id}/access_tokens",
    "/rate_limit",
)
BY_NUMBER = "/repositories/{repository_id}"
"""Described nowhere, though GitHub redirects to it; it answers as a repository's name does."""


def read_package(name: str, path: str) -> Any:
    """A JSON file of one of the packages."""
    return json.loads((PACKAGES / "@octokit" / name / path).read_text())


def write_description(to: Path) -> None:
    """GitHub's OpenAPI description, cut down to the paths that ASLO asks: the whole of it takes
    the proxy a quarter of a minute to read."""
    whole = read_package("openapi", "generated/api.github.com.json")
    kept: dict[str, Any] = {name: whole[name] for name in ("openapi", "info")}
    kept["paths"] = {path: whole["paths"][path] for path in PATHS}
    named = whole["paths"]["/repos/{owner}/{repo}"]["get"]
    number = {
        "name": "repository_id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer"},
    }
    kept["paths"][BY_NUMBER] = {"get": {**named, "parameters": [number]}}
    kept["components"] = {}
    _take_what_is_named(kept["paths"], whole["components"], kept["components"])
    to.write_text(json.dumps(kept))


def _take_what_is_named(part: Any, whole: dict[str, Any], taken: dict[str, Any]) -> None:
    if isinstance(part, list):
        for item in part:
            _take_what_is_named(item, whole, taken)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                _take(value, whole, taken)
            else:
                _take_what_is_named(value, whole, taken)


def _take(reference: str, whole: dict[str, Any], taken: dict[str, Any]) -> None:
    kind, name = reference.removeprefix("#/components/").split("/", 1)
    if name not in taken.setdefault(kind, {}):
        taken[kind][name] = whole[kind][name]
        _take_what_is_named(whole[kind][name], whole, taken)


@contextmanager
def validating_proxy(upstream: str, port: int, folder: Path) -> Iterator[str]:
    """Prism between client and server; it answers a breach of the contract with a problem."""
    description = folder / "github.json"
    write_description(description)
    prism = str(PACKAGES / ".bin" / "prism")
    where = ["--errors", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "prism.log").open("wb") as log:
        process = subprocess.Popen(
            [prism, "proxy", str(description), upstream, *where], stdout=log, stderr=log
        )
    try:
        _wait_until_it_listens(process, port, folder / "prism.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the proxy did not start:\n{log.read_text()[-2000:]}")


class Breaches:
    """Remembers each answer of the proxy that tells of a breach."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.calls: list[str] = []

    def note(self, response: httpx.Response) -> None:
        self.calls.append(f"{response.request.method} {response.url.path}")
        if response.headers.get("content-type", "").startswith("application/problem+json"):
            self.found.append(f"{self.calls[-1]}: {response.read().decode()[:1500]}")
