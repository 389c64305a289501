"""A forge at which a few people can sign in, and who may write where."""

from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aslo.domain.activity import Repository
from aslo.domain.errors import ForgeError
from aslo.domain.person import Person
from aslo.domain.refusals import NotSignedInError, SignInError

FORGE = "https://forge.example/login/oauth/authorize"
ANA = Person(11, "ana")
BEN = Person(12, "ben")


class FakeAccounts:
    """Knows people by their codes; a code is good once, and for the verifier of its way."""

    def __init__(self) -> None:
        self.people = {each.login: each for each in (ANA, BEN)}
        self.writers: set[tuple[str, int]] = set()
        """Who may write to which repository."""
        self.ways: dict[str, tuple[str, str]] = {}
        """The address to come back to and the verifier, by the state of each way."""
        self.codes: dict[str, tuple[Person, str, str]] = {}
        self.asked: list[tuple[str, int]] = []
        self.revoked: set[str] = set()
        self.is_away = False

    def let_in(self, person: Person, repository: Repository) -> None:
        """Let somebody write there."""
        self.writers.add((person.login, repository.id))

    def agree(self, url: str, person: Person) -> str:
        """Agree at the page that a browser was sent to; the address it is sent back to."""
        asked = parse_qs(urlsplit(url).query)
        state = asked["state"][0]
        back, verifier = self.ways[state]
        code = f"code-{len(self.codes)}"
        self.codes[code] = person, back, verifier
        return f"{back}?{urlencode({'code': code, 'state': state})}"

    def sign_in_url(self, back: str, state: str, verifier: str) -> str:
        self.ways[state] = back, verifier
        return f"{FORGE}?{urlencode({'state': state})}"

    def person(self, back: str, code: str, verifier: str) -> tuple[Person, str]:
        self._require_there()
        who, sent_to, made_for = self.codes.pop(code, (None, "", ""))
        if who is None or (back, verifier) != (sent_to, made_for):
            raise SignInError("GitHub takes the code for nothing: bad_verification_code")
        return who, f"token-of-{who.login}"

    def may_write(self, repository: Repository, person: Person, token: str) -> bool:
        self._require_there()
        if token in self.revoked:
            raise NotSignedInError("the forge does not know this session any more")
        assert token == f"token-of-{person.login}"
        self.asked.append((person.login, repository.id))
        return (person.login, repository.id) in self.writers

    def _require_there(self) -> None:
        if self.is_away:
            raise ForgeError("GitHub cannot be asked")


def sign_in(
    client: FlaskClient, accounts: FakeAccounts, person: Person, back_to: str = ""
) -> TestResponse:
    """Sign somebody in; the answer to their coming back."""
    begun = client.get("/account/sign-in", query_string={"next": back_to} if back_to else {})
    back = urlsplit(accounts.agree(begun.headers["Location"], person))
    return client.get(f"{back.path}?{back.query}")
