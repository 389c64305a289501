"""How the API calls what belongs to a repository."""

from urllib.parse import quote

from aslo.adapters.github_credentials import Realm
from aslo.domain.activity import Repository


def realm_of(repository: Repository) -> Realm:
    """In whose realm a question about a repository is asked."""
    return Realm(repository.full_name, repository.id)


def place_of(repository: Repository) -> str:
    """Where everything of a repository stands."""
    owner, _, name = repository.full_name.partition("/")
    return f"/repos/{quoted(owner)}/{quoted(name)}"


def quoted(part: str) -> str:
    """One segment of a path; GitHub takes a slash inside a ref as `%2F`, its client's way."""
    return quote(part, safe="")
