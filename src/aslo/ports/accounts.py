"""Who somebody is, and what they may do."""

from typing import Protocol

from aslo.domain.activity import Repository
from aslo.domain.person import Person


class Accounts(Protocol):
    """Where people of the forge sign in, and what it lets them do, asked in their own name."""

    def sign_in_url(self, back: str, state: str, verifier: str) -> str:
        """Where a browser goes to sign in; it comes `back` with that state and a code. Nothing
        is asked for but who it is. Asks nobody."""

    def person(self, back: str, code: str, verifier: str) -> tuple[Person, str]:
        """Who came back with that code, and a token that speaks for them. SignInError for a code
        that is worth nothing, or not with this verifier; ForgeError."""

    def may_write(self, repository: Repository, person: Person, token: str) -> bool:
        """Whether the person, whose token it is, may write to the repository of that id, whatever
        it is called now. NotSignedInError if the token is worth nothing any more; ForgeError."""
