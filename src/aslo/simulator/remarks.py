"""What was said about commits: comments and statuses."""

from collections.abc import Callable

from aslo.simulator import account_shapes as accounts
from aslo.simulator import shapes
from aslo.simulator.hosting import Hosting
from aslo.simulator.state import Document, State, now, only
from aslo.simulator.webhooks import Webhooks


class Remarks:
    """Keeps comments and statuses, and tells hooks of comments; `url` is where the simulator
    serves."""

    def __init__(
        self, state: State, hosting: Hosting, webhooks: Webhooks, url: Callable[[], str]
    ) -> None:
        self._state = state
        self._hosting = hosting
        self._webhooks = webhooks
        self._url = url

    def comments(self, full_name: str, commit: str | None = None) -> list[Document]:
        """Comments on a commit, or on any, oldest first."""
        return self._said("comment", full_name, commit)

    def statuses(self, full_name: str, commit: str | None = None) -> list[Document]:
        """Statuses of a commit, or of any, oldest first."""
        return self._said("status", full_name, commit)

    def add_comment(self, full_name: str, commit: str, body: str, login: str) -> Document:
        """A comment by anybody."""
        found = self._hosting.repository(full_name)
        kept = self._state.add(
            "comment",
            {
                "repository_id": found["id"],
                "commit": commit,
                "body": body,
                "login": self._hosting.user(login)["login"],
                "created_at": now(),
            },
        )
        self._tell(kept, found)
        return kept

    def remove_comment(self, number: int) -> None:
        """Delete a comment; GitHub tells nobody."""
        self._state.remove("comment", number)

    def add_status(self, full_name: str, commit: str, asked: Document, login: str) -> Document:
        """A commit status by anybody; `asked` has GitHub's fields."""
        found = self._hosting.repository(full_name)
        return self._state.add(
            "status",
            {
                "repository_id": found["id"],
                "commit": commit,
                "state": asked["state"],
                "description": asked.get("description"),
                "target_url": asked.get("target_url"),
                "context": asked.get("context") or "default",
                "login": self._hosting.user(login)["login"],
                "created_at": now(),
            },
        )

    def shape(self, comment: Document, repository: Document) -> Document:
        """A comment as GitHub would write it."""
        author = self._hosting.user(comment["login"])
        return shapes.comment(self._url(), comment, repository, author)

    def _tell(self, comment: Document, repository: Document) -> None:
        owner = only([self._state.get("user", repository["owner_id"])], "owner")
        shape = accounts.organization(self._url(), owner)
        payload = {
            "action": "created",
            "comment": self.shape(comment, repository),
            "repository": shapes.webhook_repository(self._url(), repository, owner),
            "sender": accounts.user(self._url(), self._hosting.user(comment["login"])),
            **({"organization": shape} if owner["type"] == "Organization" else {}),
        }
        self._webhooks.send("commit_comment", payload)

    def _said(self, kind: str, full_name: str, commit: str | None) -> list[Document]:
        wanted = {} if commit is None else {"commit": commit}
        return self._state.find(
            kind, repository_id=self._hosting.repository(full_name)["id"], **wanted
        )
