"""Who may do what for a repository, as the forge said it some minutes ago at most."""

import threading
from collections.abc import Collection

from cachetools import TTLCache

from aslo.domain.activity import Repository
from aslo.domain.errors import ForgeError
from aslo.domain.person import Person
from aslo.ports import Accounts, Clock

KNOWN_SECONDS = 300
AWAY_SECONDS = 30
"""How long a page that only shows a button does not ask again a forge that did not answer."""
ROOM = 4096

Key = tuple[int, int]


class Maintainers:
    """Asks the forge in a person's own name, and remembers what it said."""

    def __init__(self, accounts: Accounts, admins: Collection[str], clock: Clock) -> None:
        self._accounts = accounts
        self._admins = frozenset(admins)
        self._lock = threading.Lock()

        def now() -> float:
            return clock().timestamp()

        self._known: TTLCache[Key, bool] = TTLCache(ROOM, KNOWN_SECONDS, now)
        self._away: TTLCache[Key, bool] = TTLCache(ROOM, AWAY_SECONDS, now)

    def is_admin(self, person: Person) -> bool:
        """Whether a person may act for every repository."""
        # The forge tells no case apart in logins.
        return person.login.lower() in self._admins

    def may(self, person: Person, token: str, repository: Repository) -> bool:
        """Whether a person may act for a repository; NotSignedInError if the forge does not take
        the token any more, ForgeError if it cannot be asked."""
        if self.is_admin(person):
            return True
        key = (person.id, repository.id)
        with self._lock:
            known = self._known.get(key)
        return self._asked(person, token, repository) if known is None else known

    def may_soon(self, person: Person, token: str, repository: Repository) -> bool:
        """The same for showing a button: no while the forge is away, without asking each time."""
        key = (person.id, repository.id)
        with self._lock:
            if key in self._away:
                return False
        try:
            return self.may(person, token, repository)
        except ForgeError:
            with self._lock:
                self._away[key] = True
            return False

    def _asked(self, person: Person, token: str, repository: Repository) -> bool:
        said = self._accounts.may_write(repository, person, token)
        with self._lock:
            self._known[person.id, repository.id] = said
        return said
