"""GitHub's JSON shapes of accounts; see shapes.py."""

import base64
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

_USER_PLACES = {
    "followers": "followers",
    "following": "following{/other_user}",
    "gists": "gists{/gist_id}",
    "starred": "starred{/owner}{/repo}",
    "subscriptions": "subscriptions",
    "organizations": "orgs",
    "repos": "repos",
    "events": "events{/privacy}",
    "received_events": "received_events",
}
_ORGANIZATION_PLACES = {
    "repos": "repos",
    "events": "events",
    "hooks": "hooks",
    "issues": "issues",
    "members": "members{/member}",
    "public_members": "public_members{/member}",
}


def user(base: str, found: Json) -> Json:
    """A `simple-user`."""
    url = f"{base}/users/{quote(found['login'], safe='')}"
    return {
        "login": found["login"],
        "id": found["id"],
        "node_id": node_id("User", found["id"]),
        "avatar_url": f"{base}/avatars/u/{found['id']}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{base}/{quote(found['login'])}",
        **{f"{name}_url": f"{url}/{end}" for name, end in _USER_PLACES.items()},
        "type": found["type"],
        "site_admin": False,
    }


def public_user(base: str, found: Json) -> Json:
    """A `public-user`, as `GET /user` gives it."""
    unknown = ("name", "company", "location", "email", "hireable", "bio")
    return {
        **user(base, found),
        **dict.fromkeys(unknown),
        "blog": "",
        **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
    }


def organization(base: str, found: Json) -> Json:
    """The `organization` of a webhook."""
    url = f"{base}/orgs/{quote(found['login'], safe='')}"
    return {
        "login": found["login"],
        "id": found["id"],
        "node_id": node_id("Organization", found["id"]),
        "url": url,
        **{f"{name}_url": f"{url}/{end}" for name, end in _ORGANIZATION_PLACES.items()},
        "avatar_url": f"{base}/avatars/u/{found['id']}?v=4",
        "description": "",
    }


def contributor(base: str, found: Json, contributions: int) -> Json:
    """A `contributor`."""
    return {**user(base, found), "contributions": contributions}


def collaborator(base: str, found: Json, permissions: Json, role: str) -> Json:
    """A `collaborator`."""
    return {**user(base, found), "permissions": permissions, "role_name": role}


def node_id(kind: str, number: int) -> str:
    """An opaque name, as GraphQL would use it."""
    return base64.b64encode(f"{kind}{number}".encode()).decode()
