"""Comments on commits, each written once.

https://docs.github.com/en/rest/commits/comments
"""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote

import msgspec

from aslo.adapters.github_answers import listed, shaped
from aslo.adapters.github_credentials import Credentials, Realm
from aslo.adapters.github_http import GitHubHttp
from aslo.domain.errors import ForgeError

MAX_COMMENT_PAGES = 10
PAGE_SIZE = 100
COMMENT_BYTES = 4_000
CUT = "\n\n*(cut here: the whole text stands on the build's page)*"


class _User(msgspec.Struct):
    id: int
    login: str = ""


class _Comment(msgspec.Struct):
    body: str
    user: _User | None


class Comments:
    """Writes comments in the name of whoever the credentials speak for."""

    def __init__(self, http: GitHubHttp, credentials: Credentials) -> None:
        self._http = http
        self._credentials = credentials
        self._own_id: int | None = None
        self._own_id_lock = threading.Lock()

    def write(
        self,
        realm: Realm,
        path: str,
        text: str,
        key: str,
        *,
        first_try: bool,
        until: datetime | None,
    ) -> None:
        """Write a comment below that path, unless one of ours there has this key already."""
        mark = _mark(key)
        if not first_try and any(
            # Only at the end: a bundle's own words may hold a mark, to keep us silent.
            body.rstrip().endswith(mark)
            for body in self._own_comments(realm, path)
        ):
            return
        body = {"body": _cut(text) + "\n\n" + mark}
        self._http.ask("POST", path, realm=realm, send=body, until=until)

    def _own_comments(self, realm: Realm, path: str) -> Iterator[str]:
        """The texts of our comments there; somebody else's may quote a key of ours."""
        is_own = self._is_own(realm)
        for page in range(1, MAX_COMMENT_PAGES + 1):
            document = self._http.ask("GET", path, realm=realm, per_page=PAGE_SIZE, page=page)
            found = [shaped(item, _Comment, path) for item in listed(document, path)]
            yield from (c.body for c in found if c.user and is_own(c.user))
            if len(found) < PAGE_SIZE:
                return
        # Written twice would be worse than not written.
        most = MAX_COMMENT_PAGES * PAGE_SIZE
        raise ForgeError(f"{path} has more than {most} comments, and ours may be among the others")

    def _is_own(self, realm: Realm) -> Callable[[_User], bool]:
        """Tells our account from others: an App has no number it could ask for, but a name."""
        login = self._credentials.login(realm)
        if login is not None:
            return lambda user: user.login == login
        own_id = self._account_id()
        return lambda user: user.id == own_id

    def _account_id(self) -> int:
        """Who we are, asked once: https://docs.github.com/en/rest/users/users"""
        with self._own_id_lock:
            if self._own_id is None:
                self._own_id = shaped(self._http.ask("GET", "/user"), _User, "/user").id
            return self._own_id


def _mark(key: str) -> str:
    # Neither `>` nor two hyphens may stand inside an HTML comment.
    return f"<!-- aslo:{quote(key).replace('--', '-%2D')} -->"


def _cut(text: str) -> str:
    """The text within our limit, which is far below GitHub's 65,536 characters."""
    raw = text.encode()
    if len(raw) <= COMMENT_BYTES:
        return text
    return raw[: COMMENT_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT
