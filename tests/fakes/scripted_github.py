"""A GitHub that gives the answers of a list, and the forge that asks it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_credentials import App
from aslo.adapters.github_http import Clocks
from aslo.domain.activity import Repository
from aslo.domain.delivery import Asset

API = "https://api.github.test"
TOKEN = "canary-token-4711"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
COMMIT = "c" * 40
TAG_OBJECT = "a" * 40
CLOCK = Repository(
    id=7,
    owner_id=8,
    full_name="sugarlabs-demo/clock",
    html_url="https://github.test/sugarlabs-demo/clock",
    clone_url="https://github.test/sugarlabs-demo/clock.git",
)
CONTENT = b"bundle" * 1000
ASSET = Asset(
    id=5,
    name="Clock-3.xo",
    url=f"{API}/repos/sugarlabs-demo/clock/releases/assets/5",
    size_bytes=len(CONTENT),
    state="uploaded",
)
ADDRESSES = {
    "api.github.test": ["93.184.215.14"],
    "storage.test": ["93.184.215.15"],
    "inside.test": ["10.0.0.5"],
    "half-inside.test": ["93.184.215.15", "127.0.0.1"],
}

Answer = httpx.Response | Callable[[httpx.Request], httpx.Response] | Exception


class ScriptedGitHub:
    """Gives the answers of a list, the last one for ever, and remembers what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.naps: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return unread(answer(request) if callable(answer) else answer)

    @property
    def calls(self) -> list[str]:
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.asked]


def unread(response: httpx.Response) -> httpx.Response:
    """The same answer as it comes from a network, its body still to be received."""
    if not response.is_stream_consumed:
        return response
    body = httpx.ByteStream(response.content)
    return httpx.Response(response.status_code, headers=response.headers, stream=body)


class Seconds:
    """A clock that goes on by one step each time it is read."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def resolve(host: str) -> list[str]:
    bare = host.strip("[]")
    return ADDRESSES.get(bare) or [bare]


def forge(
    *answers: Answer, base: str = API, step: float = 0.0, app: App | None = None
) -> tuple[GitHubForge, ScriptedGitHub]:
    """A forge and the GitHub that it asks."""
    github = ScriptedGitHub(*answers)
    made = GitHubForge(
        base,
        TOKEN,
        app=app,
        client=httpx.Client(transport=httpx.MockTransport(github)),
        clocks=Clocks(now=lambda: NOW, monotonic=Seconds(step), sleep=github.naps.append),
        resolve=resolve,
    )
    return made, github


def answer(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=names)


def pointer(kind: str, sha: str = COMMIT) -> httpx.Response:
    return answer(body={"ref": "refs/tags/v3", "object": {"type": kind, "sha": sha}})


def moved(to: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"location": to})


def comment_by(number: int, body: str) -> dict[str, Any]:
    return {"body": body, "user": {"id": number, "login": "somebody"}}
