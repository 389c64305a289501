"""What was said about commits: comments and statuses."""

from aslo.simulator.hosting import Hosting
from aslo.simulator.state import Document, State, now


class Remarks:
    """Keeps comments and statuses."""

    def __init__(self, state: State, hosting: Hosting) -> None:
        self._state = state
        self._hosting = hosting

    def comments(self, full_name: str, commit: str | None = None) -> list[Document]:
        """Comments on a commit, or on any, oldest first."""
        return self._said("comment", full_name, commit)

    def statuses(self, full_name: str, commit: str | None = None) -> list[Document]:
        """Statuses of a commit, or of any, oldest first."""
        return self._said("status", full_name, commit)

    def add_comment(self, full_name: str, commit: str, body: str, login: str) -> Document:
        """A comment by anybody."""
        found = self._hosting.repository(full_name)
        return self._state.add(
            "comment",
            {
                "repository_id": found["id"],
                "commit": commit,
                "body": body,
                "login": self._hosting.user(login)["login"],
                "created_at": now(),
            },
        )

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

    def _said(self, kind: str, full_name: str, commit: str | None) -> list[Document]:
        wanted = {} if commit is None else {"commit": commit}
        return self._state.find(
            kind, repository_id=self._hosting.repository(full_name)["id"], **wanted
        )
