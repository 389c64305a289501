"""Signed webhook deliveries as GitHub sends them."""

import json
from typing import Any

from aslo.domain.signature import sign

SECRET = b"It's a Secret to Everybody"
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def a_payload(action: str = "published", **release: Any) -> dict[str, Any]:
    """The parts of a `release` payload that matter."""
    private = release.pop("private", False)
    repository = {
        "id": 1,
        "owner": {"id": 900},
        "full_name": "sugarlabs-demo/moon",
        "html_url": "https://github.example/sugarlabs-demo/moon",
        "clone_url": "https://github.example/sugarlabs-demo/moon.git",
        "private": private,
    }
    content = {
        "id": 11,
        "tag_name": "v1",
        "name": "Version 1",
        "body": "First.",
        "html_url": "https://github.example/sugarlabs-demo/moon/releases/tag/v1",
        "prerelease": False,
        "draft": False,
        "published_at": "2026-03-01T12:00:00Z",
        "assets": [],
        **release,
    }
    return {"action": action, "repository": repository, "release": content}


def signed(
    payload: Any, guid: str = GUID, event: str = "release", secret: bytes = SECRET
) -> tuple[bytes, dict[str, str]]:
    """A body and its headers; a payload of bytes is sent as it is."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return body, {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": sign(body, secret),
    }
