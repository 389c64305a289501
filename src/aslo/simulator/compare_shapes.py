"""GitHub's JSON shapes of commits and of what is between two; see shapes.py."""

from urllib.parse import quote

from aslo.simulator import account_shapes as accounts
from aslo.simulator.account_shapes import Json, node_id
from aslo.simulator.repositories import Change, Commit
from aslo.simulator.shapes import api_url

MAX_FILES = 300


def comparison(
    base: str,
    repository: Json,
    named: str,
    *,
    ends: tuple[Json, Json],
    counts: tuple[int, int],
    commits: list[Json],
    changes: list[Change],
    head: str,
) -> Json:
    """A `commit-comparison`; `ends` are the base commit and that at which both parted."""
    page = f"{base}/{repository['full_name']}/compare/{quote(named)}"
    ahead, behind = counts
    return {
        "url": f"{api_url(base, repository)}/compare/{quote(named)}",
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": ends[0],
        "merge_base_commit": ends[1],
        "status": status(ahead, behind),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": commits,
        "files": [file(base, repository, each, head) for each in changes[:MAX_FILES]],
    }


def status(ahead: int, behind: int) -> str:
    """How one commit stands to another, in a word."""
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def commit(base: str, repository: Json, found: Commit, account: Json) -> Json:
    """A `commit`."""
    url = api_url(base, repository)
    page = f"{base}/{repository['full_name']}/commit"
    person = {"name": found.login, "email": found.address, "date": found.at}
    return {
        "url": f"{url}/commits/{found.sha}",
        "sha": found.sha,
        "node_id": node_id("Commit", repository["id"]),
        "html_url": f"{page}/{found.sha}",
        "comments_url": f"{url}/commits/{found.sha}/comments",
        "commit": {
            "url": f"{url}/git/commits/{found.sha}",
            "author": person,
            "committer": person,
            "message": found.message,
            "comment_count": 0,
            "tree": {"sha": found.tree, "url": f"{url}/git/trees/{found.tree}"},
        },
        "author": accounts.user(base, account),
        "committer": accounts.user(base, account),
        "parents": [
            {"sha": sha, "url": f"{url}/commits/{sha}", "html_url": f"{page}/{sha}"}
            for sha in found.parents
        ],
    }


def file(base: str, repository: Json, found: Change, head: str) -> Json:
    """A `diff-entry`, without its patch."""
    page, path = f"{base}/{repository['full_name']}", quote(found.path)
    return {
        "sha": found.blob,
        "filename": found.path,
        "status": found.status,
        "additions": found.additions,
        "deletions": found.deletions,
        "changes": found.additions + found.deletions,
        "blob_url": f"{page}/blob/{head}/{path}",
        "raw_url": f"{page}/raw/{head}/{path}",
        "contents_url": f"{api_url(base, repository)}/contents/{path}?ref={head}",
    }
