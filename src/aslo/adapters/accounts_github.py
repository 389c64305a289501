"""Signing in with an account of GitHub, and what GitHub lets that account do.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from functools import partial

import httpx
import msgspec

from aslo.adapters import github_people
from aslo.adapters.github_answers import shaped
from aslo.adapters.github_credentials import NOWHERE, Realm, TokenCredentials
from aslo.adapters.github_http import GitHubHttp
from aslo.adapters.github_oauth import GitHubOAuth
from aslo.adapters.github_visitors import TIMEOUT
from aslo.domain.activity import Repository
from aslo.domain.errors import ForgeError, NotFoundError
from aslo.domain.payload import FullName
from aslo.domain.person import Person
from aslo.domain.refusals import NotSignedInError
from aslo.http_wire import BoundedTransport


class _User(msgspec.Struct):
    id: int
    login: str


class _Permissions(msgspec.Struct):
    push: bool = False
    maintain: bool = False
    admin: bool = False


class _Repository(msgspec.Struct):
    id: int
    full_name: FullName
    permissions: _Permissions = msgspec.field(default_factory=_Permissions)


class GitHubAccounts:
    """Signs people in by OAuth; the store's own credentials have no part in it."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        client: httpx.Client | None = None,
    ) -> None:
        self._base = base_url
        self._client = client or httpx.Client(
            timeout=TIMEOUT, trust_env=False, transport=BoundedTransport()
        )
        self._oauth = GitHubOAuth(base_url, client_id, client_secret, self._client)

    def __repr__(self) -> str:
        return f"GitHubAccounts({self._base!r})"

    def sign_in_url(self, back: str, state: str, verifier: str) -> str:
        """Where a browser goes to sign in."""
        return self._oauth.url(back, state, verifier)

    def person(self, back: str, code: str, verifier: str) -> tuple[Person, str]:
        """Who came back with that code, and their token.

        https://docs.github.com/en/rest/users/users#get-the-authenticated-user
        """
        token = self._oauth.token(back, code, verifier)
        found = shaped(self._ask("/user", token), _User, "GET /user")
        return Person(found.id, found.login), token

    def may_write(self, repository: Repository, person: Person, token: str) -> bool:
        """Whether the person, whose token it is, may write to the repository.

        https://docs.github.com/en/rest/repos/repos#get-a-repository
        """
        # By its number: a name may have been taken by somebody else.
        path = f"/repositories/{repository.id}"
        try:
            document = self._ask(path, token)
        except NotFoundError:
            return False
        found = shaped(document, _Repository, f"GET {path}")
        if found.id != repository.id:
            return False
        may = found.permissions
        if may.push or may.maintain or may.admin:
            return True
        # What is told there may be what the token may do, which is less than what its person may.
        ask = partial(self._ask, token=token)
        return github_people.may_write(ask, f"/repos/{found.full_name}", person) is True

    def _ask(self, path: str, token: str) -> object:
        try:
            credentials = _Spoken(token)
        except ValueError as error:
            raise ForgeError("GitHub gave a token that cannot be sent") from error
        try:
            return GitHubHttp(self._base, credentials, client=self._client).ask("GET", path)
        except ForgeError as error:
            if credentials.is_refused:
                raise NotSignedInError("the forge does not know this session any more") from error
            raise


class _Spoken(TokenCredentials):
    """A person's token; it remembers whether GitHub refused it."""

    is_refused = False

    def refused(self, realm: Realm = NOWHERE, header: str = "") -> bool:  # noqa: ARG002 - one token
        self.is_refused = True
        return False
