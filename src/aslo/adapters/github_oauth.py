"""GitHub's side of OAuth 2: the page that is asked for a code, and the token that a code becomes.

Authlib speaks the protocol; the wire is ours, bounded in time and size.
"""

from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from aslo.adapters.github_http import HEADERS, translated
from aslo.adapters.github_places import plain
from aslo.domain.errors import ForgeError
from aslo.domain.refusals import SignInError

MAX_ANSWER_BYTES = 64 * 1024
ASKED = "POST /login/oauth/access_token"
NO_SCOPE = ""
"""Who it is and what is public: GitHub's token without any right."""


class GitHubOAuth:
    """One OAuth App of one GitHub."""

    def __init__(
        self, base_url: str, client_id: str, client_secret: str, client: httpx.Client
    ) -> None:
        self._site = str(web_site(base_url)).rstrip("/")
        self._id = client_id
        self._secret = client_secret
        self._wire = _Wire(client)

    def url(self, back: str, state: str, verifier: str) -> str:
        """The page at which somebody agrees to sign in."""
        url, _ = self._app(back).create_authorization_url(
            f"{self._site}/login/oauth/authorize", state=state, code_verifier=verifier
        )
        return str(url)

    def token(self, back: str, code: str, verifier: str) -> str:
        """What a code is worth; SignInError if that is nothing, ForgeError for an odd answer."""
        url = f"{self._site}/login/oauth/access_token"
        try:
            with translated(ASKED):
                answer = self._app(back).fetch_token(
                    url, grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except OAuth2Error as error:
            # Its description may be anything; the code is one of a few words.
            raise SignInError(f"GitHub takes the code for nothing: {error.error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ForgeError(f"the answer to {ASKED} has an odd shape") from error
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise ForgeError(f"the answer to {ASKED} has no token")
        return token

    def _app(self, back: str) -> Any:
        return OAuth2Client(
            self._wire,
            self._id,
            self._secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - a way, not a secret
            scope=NO_SCOPE or None,
            redirect_uri=back,
            code_challenge_method="S256",
        )


class _Wire:
    """Sends what Authlib wrote; an answer that is too large is none."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def post(
        self, url: str, *, data: dict[str, str], headers: dict[str, str], auth: Any
    ) -> httpx.Response:
        _, named, body = auth.prepare("POST", url, {**HEADERS, **headers}, urlencode(data))
        request = self._client.build_request("POST", url, headers=named, content=body)
        response = self._client.send(request, stream=True, follow_redirects=False)
        try:
            return httpx.Response(
                response.status_code, content=_bounded(response), request=response.request
            )
        finally:
            response.close()


def web_site(base_url: str) -> httpx.URL:
    """Where people see the GitHub that has this API: `https://github.com` for GitHub's own, the
    same host for an enterprise server and for a simulator."""
    api = plain(base_url)
    path = api.path.rstrip("/").removesuffix("/api/v3")
    return api.copy_with(host=api.host.removeprefix("api."), path=path or "/")


def _bounded(response: httpx.Response) -> bytes:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ForgeError(f"the answer to {ASKED} has over {MAX_ANSWER_BYTES} bytes")
    return body
