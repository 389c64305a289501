"""Pushes, forks and pull requests of the simulated forge, and what hooks are told of them."""

from collections.abc import Callable, Mapping
from typing import Any

from aslo.simulator import account_shapes as accounts
from aslo.simulator import app_shapes, shapes
from aslo.simulator import proposal_shapes as told
from aslo.simulator.apps import Apps
from aslo.simulator.hosting import DEVELOPER, Hosting
from aslo.simulator.repositories import BRANCH, Content
from aslo.simulator.state import Document, State, now, only
from aslo.simulator.webhooks import Webhooks

OF_AN_APP = (
    "id", "node_id", "owner", "name", "description", "external_url", "html_url", "created_at",
    "updated_at", "permissions", "events",
)  # fmt: skip


class Proposing:
    """Takes commits and proposals; `url` tells where the simulator serves."""

    def __init__(
        self,
        state: State,
        hosting: Hosting,
        apps: Apps,
        webhooks: Webhooks,
        url: Callable[[], str],
    ) -> None:
        self._state = state
        self._hosting = hosting
        self._apps = apps
        self._webhooks = webhooks
        self._url = url

    def push(
        self,
        full_name: str,
        files: Mapping[str, Content],
        *,
        branch: str = BRANCH,
        **how: Any,
    ) -> str:
        """Commit files on a branch as `commit` does, tell of it, and return the commit's name;
        `onto` another commit it is pushed by force."""
        repository = self._hosting.repository(full_name)
        known = self._hosting.git(repository).find(f"refs/heads/{branch}")
        before = known.sha if known else told.NOTHING
        commit = self._hosting.commit(full_name, files, branch=branch, **how)
        self._tell_push(full_name, branch, before, commit)
        for found in self._state.find("pull", of_id=repository["id"], branch=branch):
            self._follow(found, before)
        return commit

    def _tell_push(self, full_name: str, branch: str, before: str, after: str) -> None:
        """Tell hooks that a branch was moved from one commit to another."""
        repository = self._hosting.repository(full_name)
        by = self._hosting.user(DEVELOPER)
        ref = f"refs/heads/{branch}"
        payload = told.push(self._url(), repository, ref, (before, after), by)
        self._tell("push", repository, payload)

    def delete_branch(self, full_name: str, branch: str) -> None:
        """Delete a branch, and with it the commits that nothing else names; hooks are told."""
        git = self._hosting.git(self._hosting.repository(full_name))
        known = only([_sha(git.find(f"refs/heads/{branch}"))], f"branch {branch}")
        git.delete_ref(f"refs/heads/{branch}")
        self._tell_push(full_name, branch, known["sha"], told.NOTHING)

    def fork(self, full_name: str, owner: str) -> Document:
        """A copy of a repository that belongs to somebody else."""
        source = self._hosting.repository(full_name)
        name = full_name.partition("/")[2]
        made = self._hosting.add_repository(owner, name, organization=False)
        self._hosting.take_over(made["full_name"], self._hosting.git(source).folder)
        return made

    def propose(
        self, full_name: str, branch: str, *, of: str | None = None, draft: bool = False
    ) -> Document:
        """Open a pull request of a branch, which may be of a fork; hooks are told."""
        into, source = (
            self._hosting.repository(full_name),
            self._hosting.repository(of or full_name),
        )
        number = len(self._state.find("pull", into_id=into["id"])) + 1
        base = only([_sha(self._hosting.git(into).find(f"refs/heads/{BRANCH}"))], BRANCH)
        document = {
            "number": number, "into_id": into["id"], "of_id": source["id"], "branch": branch,
            "commit": self._arrive(into, source, branch, number), "base": base["sha"],
            "title": f"Change {branch}", "draft": draft, "created_at": now(),
        }  # fmt: skip
        made = self._state.add("pull", document)
        self.tell_pull(made, "opened")
        return made

    def tell_pull(self, found: Document, action: str, **more: Any) -> None:
        """Tell hooks of what was done with a pull request."""
        into = only([self._state.get("repository", found["into_id"])], "repository")
        of = only([self._state.get("repository", found["of_id"])], "repository")
        people = {each["id"]: each for each in self._state.find("user")}
        payload = {
            "action": action,
            "number": found["number"],
            **more,
            "pull_request": told.pull_request(self._url(), found, into, of, people),
        }
        self._tell("pull_request", into, payload)

    def ask_again(self, check: Document, *, all_of_them: bool = False) -> None:
        """Ask the App of a check run for it once more, or for all that it says of the commit."""
        repository = only([self._state.get("repository", check["repository_id"])], "repository")
        app = self._apps.app(check["app_id"])
        owner = self._hosting.user(app["owner"])
        shape = app_shapes.app(self._url(), app, owner)
        by = {name: shape[name] for name in OF_AN_APP}
        asked = told.asked_check_suite if all_of_them else told.asked_check_run
        event = "check_suite" if all_of_them else "check_run"
        payload = {"action": "rerequested", event: asked(self._url(), check, repository, by)}
        self._tell(event, repository, payload)

    def _follow(self, found: Document, before: str) -> None:
        """A pull request has another commit by now."""
        into = only([self._state.get("repository", found["into_id"])], "repository")
        of = only([self._state.get("repository", found["of_id"])], "repository")
        commit = self._arrive(into, of, found["branch"], found["number"])
        changed = {**found, "commit": commit}
        self._state.save("pull", changed)
        self.tell_pull(changed, "synchronize", before=before, after=commit)

    def _arrive(self, into: Document, of: Document, branch: str, number: int) -> str:
        git = self._hosting.git(into)
        return git.take_commit(self._hosting.git(of), branch, f"refs/pull/{number}/head")

    def _tell(self, event: str, repository: Document, payload: Document) -> None:
        owner = only([self._state.get("user", repository["owner_id"])], "owner")
        payload = {
            **payload,
            "repository": shapes.webhook_repository(self._url(), repository, owner),
            "sender": accounts.user(self._url(), self._hosting.user(DEVELOPER)),
        }
        if owner["type"] == "Organization":
            payload["organization"] = accounts.organization(self._url(), owner)
        installation, hears = self._apps.told_of(event, repository)
        if hears:
            more = told.installation(installation) if installation else None
            self._webhooks.send(event, payload, more)


def _sha(found: Any) -> Document | None:
    return None if found is None else {"sha": found.sha}
