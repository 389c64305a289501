"""GitHub's JSON shapes of pushes, pull requests and wishes to check again; see shapes.py."""

from aslo.simulator import account_shapes as accounts
from aslo.simulator.account_shapes import Json, node_id
from aslo.simulator.repositories import BRANCH
from aslo.simulator.shapes import api_url, webhook_repository

NOTHING = "0" * 40


def installation(found: Json) -> Json:
    """The part of an event by which an App knows that it is told as one."""
    number = found["id"]
    return {"installation": {"id": number, "node_id": node_id("Installation", number)}}


def push(base: str, repository: Json, ref: str, tips: tuple[str, str], author: Json) -> Json:
    """What a push says that moved a ref from one tip to another; of its commits the last."""
    before, after = tips
    page = f"{base}/{repository['full_name']}"
    by = {"name": author["login"], "email": f"{author['login']}@users.noreply.simulator"}
    head = _commit(page, after, by, repository["pushed_at"])
    return {
        "ref": ref,
        "before": before,
        "after": after,
        "created": before == NOTHING,
        "deleted": after == NOTHING,
        "forced": False,
        "base_ref": None,
        "compare": f"{page}/compare/{before[:12]}...{after[:12]}",
        "commits": [] if after == NOTHING else [head],
        "head_commit": None if after == NOTHING else head,
        "pusher": by,
    }


def _commit(page: str, sha: str, by: Json, at: str) -> Json:
    return {
        "id": sha,
        "tree_id": sha,
        "distinct": True,
        "message": "Change",
        "timestamp": at,
        "url": f"{page}/commit/{sha}",
        "author": by,
        "committer": by,
        "added": [],
        "removed": [],
        "modified": [],
    }


def pull_request(base: str, found: Json, into: Json, of: Json, people: dict[int, Json]) -> Json:
    """A `pull-request` that is open; `of` is the repository that its branch is in."""
    url = f"{api_url(base, into)}/pulls/{found['number']}"
    issue = f"{api_url(base, into)}/issues/{found['number']}"
    html = f"{base}/{into['full_name']}/pull/{found['number']}"
    statuses = f"{api_url(base, into)}/statuses/{found['commit']}"
    addresses = {
        "self": url,
        "html": html,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api_url(base, into)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": statuses,
    }
    named = {f"{name}_url": addresses[name] for name in addresses if name not in ("self", "html")}
    return {
        "url": url,
        "id": found["id"],
        "node_id": node_id("PullRequest", found["id"]),
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        **named,
        "number": found["number"],
        "state": "open",
        "title": found["title"],
        "user": accounts.user(base, people[of["owner_id"]]),
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "head": _tip(base, of, people, found["branch"], found["commit"]),
        "base": _tip(base, into, people, BRANCH, found["base"]),
        "_links": {name: {"href": address} for name, address in addresses.items()},
        "draft": found["draft"],
        **_quiet_pull_request(),
    }


def _quiet_pull_request() -> Json:
    """What is the same for every pull request here: nobody reviews, labels or merges one."""
    unknown = (
        "body", "closed_at", "merged_at", "merge_commit_sha", "assignee", "milestone",
        "auto_merge", "active_lock_reason", "mergeable", "rebaseable", "merged_by",
    )  # fmt: skip
    lists = ("assignees", "requested_reviewers", "requested_teams", "labels")
    return {
        **dict.fromkeys(unknown),
        **{name: [] for name in lists},
        **dict.fromkeys(("comments", "review_comments"), 0),
        **dict.fromkeys(("commits", "additions", "deletions", "changed_files"), 1),
        **dict.fromkeys(("locked", "merged", "maintainer_can_modify"), False),
        "author_association": "NONE",
        "mergeable_state": "unknown",
    }


def _tip(base: str, repository: Json, people: dict[int, Json], branch: str, sha: str) -> Json:
    owner = people[repository["owner_id"]]
    return {
        "label": f"{owner['login']}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": accounts.user(base, owner),
        "repo": webhook_repository(base, repository, owner),
    }


def asked_check_run(base: str, check: Json, repository: Json, app: Json) -> Json:
    """A `check_run` as its App is asked for it again."""
    url = f"{api_url(base, repository)}/check-runs/{check['id']}"
    same = ("id", "head_sha", "external_id", "name", "started_at", "completed_at", "conclusion")
    return {
        **{name: check[name] for name in same},
        "node_id": node_id("CheckRun", check["id"]),
        "url": url,
        "html_url": f"{base}/{repository['full_name']}/runs/{check['id']}",
        "details_url": check["details_url"],
        "status": "completed",
        "output": {
            "title": check["title"],
            "summary": check["summary"],
            "text": None,
            "annotations_count": len(check["annotations"]),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": _suite(base, check, repository, app),
        "app": app,
        "pull_requests": [],
    }


def asked_check_suite(base: str, check: Json, repository: Json, app: Json) -> Json:
    """A `check_suite` whose App is asked for all of it again."""
    suite = _suite(base, check, repository, app)
    by = {"name": "demo-developer", "email": "demo-developer@users.noreply.simulator"}
    head = {
        "id": check["head_sha"], "tree_id": check["head_sha"], "message": "Change",
        "timestamp": check["started_at"], "author": by, "committer": by,
    }  # fmt: skip
    return {
        **suite,
        "latest_check_runs_count": 1,
        "check_runs_url": f"{suite['url']}/check-runs",
        "head_commit": head,
    }


def _suite(base: str, check: Json, repository: Json, app: Json) -> Json:
    number = repository["id"]
    return {
        "id": number,
        "node_id": node_id("CheckSuite", number),
        "head_branch": BRANCH,
        "head_sha": check["head_sha"],
        "status": "completed",
        "conclusion": check["conclusion"],
        "url": f"{api_url(base, repository)}/check-suites/{number}",
        "before": None,
        "after": check["head_sha"],
        "pull_requests": [],
        "app": app,
        "created_at": check["started_at"],
        "updated_at": check["started_at"],
    }
