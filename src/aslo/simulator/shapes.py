"""GitHub's JSON shapes, complete: https://docs.github.com/en/rest and its OpenAPI description.

Each function turns a document of the simulator's memory into what GitHub would write; `base` is
the address of the simulator, without a slash at its end.
"""

import base64
from urllib.parse import quote

from aslo.simulator import account_shapes as accounts
from aslo.simulator.account_shapes import Json, node_id
from aslo.simulator.repositories import BRANCH, GitObject

# Addresses below a repository, as GitHub lists them: the field's name and the template's end.
_REPOSITORY_PLACES = {
    "forks": "forks",
    "keys": "keys{/key_id}",
    "collaborators": "collaborators{/collaborator}",
    "teams": "teams",
    "hooks": "hooks",
    "issue_events": "issues/events{/number}",
    "events": "events",
    "assignees": "assignees{/user}",
    "branches": "branches{/branch}",
    "tags": "tags",
    "blobs": "git/blobs{/sha}",
    "git_tags": "git/tags{/sha}",
    "git_refs": "git/refs{/sha}",
    "trees": "git/trees{/sha}",
    "statuses": "statuses/{sha}",
    "languages": "languages",
    "stargazers": "stargazers",
    "contributors": "contributors",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "commits": "commits{/sha}",
    "git_commits": "git/commits{/sha}",
    "comments": "comments{/number}",
    "issue_comment": "issues/comments{/number}",
    "contents": "contents/{+path}",
    "compare": "compare/{base}...{head}",
    "merges": "merges",
    "archive": "{archive_format}{/ref}",
    "downloads": "downloads",
    "issues": "issues{/number}",
    "pulls": "pulls{/number}",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "labels": "labels{/name}",
    "releases": "releases{/id}",
    "deployments": "deployments",
}


def api_url(base: str, repository: Json) -> str:
    """Where the REST API speaks of a repository."""
    return f"{base}/repos/{repository['full_name']}"


def webhook_repository(base: str, found: Json, owner: Json) -> Json:
    """A `repository` as webhooks carry it."""
    url, html_url = api_url(base, found), f"{base}/{found['full_name']}"
    return {
        "id": found["id"],
        "node_id": node_id("Repository", found["id"]),
        "name": found["full_name"].partition("/")[2],
        "full_name": found["full_name"],
        "private": found["private"],
        "owner": accounts.user(base, owner),
        "html_url": html_url,
        "description": found["description"] or None,
        "url": url,
        **{f"{name}_url": f"{url}/{end}" for name, end in _REPOSITORY_PLACES.items()},
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "pushed_at": found["pushed_at"],
        "git_url": html_url.replace("http:", "git:") + ".git",
        "ssh_url": f"git@simulator:{found['full_name']}.git",
        "clone_url": f"{html_url}.git",
        "svn_url": html_url,
        "visibility": "private" if found["private"] else "public",
        "default_branch": BRANCH,
        **_quiet_repository(),
        "fork": found.get("fork", False),
        "archived": found.get("archived", False),
    }


def _quiet_repository() -> Json:
    """What is the same for every repository here: nobody forks, stars or files issues."""
    unknown = ("homepage", "language", "mirror_url", "license")
    counts = ("size", "stargazers_count", "watchers_count", "forks_count", "open_issues_count")
    short_counts = ("forks", "open_issues", "watchers")
    yes = ("has_issues", "has_projects", "has_downloads", "has_wiki", "allow_forking")
    no = (
        "fork", "has_pages", "has_discussions", "archived", "disabled", "is_template",
        "web_commit_signoff_required",
    )  # fmt: skip
    return {
        **dict.fromkeys(unknown),
        **dict.fromkeys(counts + short_counts, 0),
        **dict.fromkeys(yes, True),
        **dict.fromkeys(no, False),
        "topics": [],
        "custom_properties": {},
    }


def full_repository(base: str, found: Json, owner: Json) -> Json:
    """A `full-repository`, as `GET /repos/{owner}/{repo}` gives it."""
    return {
        **webhook_repository(base, found, owner),
        "network_count": 0,
        "subscribers_count": 0,
    }


def asset(base: str, found: Json, repository: Json, uploader: Json) -> Json:
    """A `release-asset`."""
    name = quote(found["name"], safe="")
    return {
        "url": f"{api_url(base, repository)}/releases/assets/{found['id']}",
        "browser_download_url": f"{base}/{repository['full_name']}/releases/download/"
        f"{quote(found['tag'], safe='')}/{name}",
        "id": found["id"],
        "node_id": node_id("ReleaseAsset", found["id"]),
        "name": found["name"],
        "label": None,
        "state": found["state"],
        "content_type": found["content_type"],
        "size": found["size"],
        "digest": found["digest"],
        "download_count": 0,
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "uploader": accounts.user(base, uploader),
    }


def release(base: str, found: Json, repository: Json, author: Json, assets: list[Json]) -> Json:
    """A `release`; `assets` are in their GitHub shape already."""
    url, tag = f"{api_url(base, repository)}/releases/{found['id']}", quote(found["tag"], safe="")
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{url}/assets{{?name,label}}",
        "html_url": f"{base}/{repository['full_name']}/releases/tag/{tag}",
        "id": found["id"],
        "author": accounts.user(base, author),
        "node_id": node_id("Release", found["id"]),
        "tag_name": found["tag"],
        "target_commitish": BRANCH,
        "name": found["name"],
        "draft": found["draft"],
        "prerelease": found["prerelease"],
        "created_at": found["created_at"],
        "published_at": found["published_at"],
        "assets": assets,
        "tarball_url": f"{api_url(base, repository)}/tarball/{tag}",
        "zipball_url": f"{api_url(base, repository)}/zipball/{tag}",
        "body": found["notes"],
    }


def ref(base: str, repository: Json, name: str, target: GitObject) -> Json:
    """A `git-ref`."""
    return {
        "ref": f"refs/{name}",
        "node_id": node_id("Ref", repository["id"]),
        "url": f"{api_url(base, repository)}/git/refs/{quote(name)}",
        "object": _git_object(base, repository, target.type, target.sha),
    }


def named_tag(base: str, repository: Json, name: str, commit: str) -> Json:
    """A `tag`, as lists have it."""
    place = api_url(base, repository)
    return {
        "name": name,
        "commit": {"sha": commit, "url": f"{place}/commits/{commit}"},
        "zipball_url": f"{place}/zipball/refs/tags/{quote(name)}",
        "tarball_url": f"{place}/tarball/refs/tags/{quote(name)}",
        "node_id": node_id("Tag", repository["id"]),
    }


def tag(base: str, repository: Json, sha: str, headers: dict[str, str], message: str) -> Json:
    """A `git-tag`; `headers` are the lines of the tag object."""
    name, _, rest = headers["tagger"].partition(" <")
    address, _, _ = rest.partition(">")
    return {
        "node_id": node_id("Tag", repository["id"]),
        "tag": headers["tag"],
        "sha": sha,
        "url": f"{api_url(base, repository)}/git/tags/{sha}",
        "message": message,
        "tagger": {"name": name, "email": address, "date": repository["pushed_at"]},
        "object": _git_object(base, repository, headers["type"], headers["object"]),
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def content(base: str, repository: Json, place: tuple[str, str], sha: str, data: bytes) -> Json:
    """A `content-file`; its place is a path and a ref."""
    path, ref = place
    url = f"{api_url(base, repository)}/contents/{quote(path)}?ref={quote(ref)}"
    html_url = f"{base}/{repository['full_name']}/blob/{quote(ref)}/{quote(path)}"
    git_url = f"{api_url(base, repository)}/git/blobs/{sha}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.encodebytes(data).decode(),
        "sha": sha,
        "url": url,
        "git_url": git_url,
        "html_url": html_url,
        "download_url": None,
        "_links": {"git": git_url, "self": url, "html": html_url},
    }


def _git_object(base: str, repository: Json, kind: str, sha: str) -> Json:
    return {"sha": sha, "type": kind, "url": f"{api_url(base, repository)}/git/{kind}s/{sha}"}


def comment(base: str, found: Json, repository: Json, author: Json) -> Json:
    """A `commit-comment`."""
    page = f"{base}/{repository['full_name']}/commit/{found['commit']}"
    return {
        "url": f"{api_url(base, repository)}/comments/{found['id']}",
        "html_url": f"{page}#commitcomment-{found['id']}",
        "id": found["id"],
        "node_id": node_id("CommitComment", found["id"]),
        "user": accounts.user(base, author),
        "position": None,
        "line": None,
        "path": None,
        "commit_id": found["commit"],
        "author_association": "OWNER" if author["id"] == repository["owner_id"] else "NONE",
        "body": found["body"],
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
    }


def status(base: str, found: Json, repository: Json, creator: Json) -> Json:
    """A commit `status`."""
    return {
        "url": f"{api_url(base, repository)}/statuses/{found['commit']}",
        "avatar_url": f"{base}/avatars/u/{creator['id']}?v=4",
        "id": found["id"],
        "node_id": node_id("StatusContext", found["id"]),
        "state": found["state"],
        "description": found["description"],
        "target_url": found["target_url"],
        "context": found["context"],
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "creator": accounts.user(base, creator),
    }


def permissions(level: str) -> Json:
    """What somebody may do in a repository, in the words of its shape."""
    return {
        "admin": level == "admin",
        "maintain": level == "admin",
        "push": level in ("write", "admin"),
        "triage": level in ("write", "admin"),
        "pull": level != "none",
    }
