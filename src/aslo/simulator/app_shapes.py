"""GitHub's JSON shapes of Apps, check runs and hooks; see shapes.py."""

from aslo.simulator import account_shapes as accounts
from aslo.simulator.account_shapes import Json, node_id


def app(base: str, found: Json, owner: Json) -> Json:
    """An `integration`, as `GET /app` gives it."""
    return {
        "id": found["id"],
        "slug": found["slug"],
        "node_id": node_id("App", found["id"]),
        "client_id": f"Iv1.{found['id']:016x}",
        "owner": accounts.user(base, owner),
        "name": found["slug"],
        "description": "",
        "external_url": base,
        "html_url": f"{base}/apps/{found['slug']}",
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "permissions": found["permissions"],
        "events": found["events"],
        "installations_count": 1,
    }


def installation(base: str, found: Json, of: Json, account: Json) -> Json:
    """An `installation`."""
    url = f"{base}/app/installations/{found['id']}"
    return {
        "id": found["id"],
        "account": accounts.user(base, account),
        "repository_selection": "all" if found["repositories"] is None else "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{base}/installation/repositories",
        "html_url": f"{base}/organizations/{account['login']}/settings/installations/{found['id']}",
        "app_id": of["id"],
        "app_slug": of["slug"],
        "target_id": account["id"],
        "target_type": account["type"],
        "permissions": of["permissions"],
        "events": of["events"],
        "created_at": found["created_at"],
        "updated_at": found["created_at"],
        "single_file_name": None,
        "suspended_by": None,
        "suspended_at": found["suspended_at"],
    }


def token(found: Json) -> Json:
    """An `installation-token`."""
    narrowed = found["repository_ids"] is not None
    return {
        "token": found["token"],
        "expires_at": found["expires_at"],
        "permissions": found["permissions"],
        "repository_selection": "selected" if narrowed else "all",
    }


def check_run(base: str, found: Json, repository: Json, by: Json) -> Json:
    """A `check-run`; `by` is its App in GitHub's shape."""
    url = f"{base}/repos/{repository['full_name']}/check-runs/{found['id']}"
    return {
        "id": found["id"],
        "head_sha": found["head_sha"],
        "node_id": node_id("CheckRun", found["id"]),
        "external_id": found["external_id"],
        "url": url,
        "html_url": f"{base}/{repository['full_name']}/runs/{found['id']}",
        "details_url": found["details_url"],
        "status": found["status"],
        "conclusion": found["conclusion"],
        "started_at": found["started_at"],
        "completed_at": found["completed_at"],
        "output": {
            "title": found["title"],
            "summary": found["summary"],
            "text": None,
            "annotations_count": len(found["annotations"]),
            "annotations_url": f"{url}/annotations",
        },
        "name": found["name"],
        "check_suite": {"id": found["repository_id"]},
        "app": by,
        "pull_requests": [],
    }


def hook(base: str, found: Json) -> Json:
    """An `org-hook`, or the `hook` of a repository."""
    place = f"orgs/{found['place']}" if "/" not in found["place"] else f"repos/{found['place']}"
    url = f"{base}/{place}/hooks/{found['id']}"
    made = {
        "id": found["id"],
        "url": url,
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "name": "web",
        "events": found["events"],
        "active": found["active"],
        "config": {**found["config"], "secret": "********"},
        "updated_at": found["created_at"],
        "created_at": found["created_at"],
        "type": "Repository" if "/" in found["place"] else "Organization",
    }
    if "/" in found["place"]:
        made |= {"test_url": f"{url}/test", "last_response": found["last_response"]}
    return made


def delivery(found: Json) -> Json:
    """A `hook-delivery-item`."""
    code = found["status_code"] or 0
    return {
        "id": found["id"],
        "guid": found["guid"],
        "delivered_at": found["delivered_at"],
        "redelivery": found["redelivery"],
        "duration": found["seconds"] or 0,
        "status": "OK" if 200 <= code < 300 else "Invalid HTTP Response: failed",
        "status_code": code,
        "event": found["event"],
        "action": found["action"] or None,
        "installation_id": None,
        "repository_id": found["repository_id"],
        "throttled_at": None,
    }
