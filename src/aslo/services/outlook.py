"""What visitors may know of the forge: looked at for them, kept a minute, and only so often.

Builds and answers live on what the forge lets us ask in an hour; nobody without an account may
use that up, nor keep the web waiting.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from cachetools import TTLCache

from aslo.domain.activity import RepositoryState
from aslo.domain.delivery import ReleaseList
from aslo.domain.errors import (
    ForgeError,
    ForgeLimitError,
    ForgeUnreachedError,
    NotFoundError,
    OutageError,
)
from aslo.domain.hook import Sent
from aslo.domain.trace import Sight
from aslo.ports import Clock, Forge

logger = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)
MOST_KEPT = 256
HOUR = timedelta(hours=1)
AN_ASKER = 12
"""Looks for one address in ten minutes; what is kept costs nothing."""
ASKER_SPAN = timedelta(minutes=10)
MOST_ASKERS = 4096
AT_ONCE = 2
PATIENCE_SECONDS = 2.0
AFTER_FAILURE = timedelta(seconds=30)

BUSY = "the forge is asked for others just now"
TOO_OFTEN = "you have looked at many repositories; the forge is asked again for you in some minutes"
USED_UP = "what visitors may ask of the forge in an hour is used up"
AWAY = "the forge cannot be asked now"


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a repository at the forge, or why nothing is."""

    sight: Sight | None = None
    hidden: bool = False
    """Whether the forge shows no public repository of that name."""
    silence: str = ""
    """Why the forge was not asked, or gave no answer of use."""


@dataclass(slots=True)
class _Count:
    asked: int = 0


class Outlook:
    """Looks at repositories for visitors; one for each process of the web."""

    def __init__(
        self,
        forge: Forge,
        clock: Clock,
        *,
        sent: Callable[[], list[Sent]] | None = None,
        an_hour: int = 300,
    ) -> None:
        def now() -> float:
            return clock().timestamp()

        self._forge, self._clock, self._an_hour = forge, clock, an_hour
        self._sent = sent
        kept, span, hour = (each.total_seconds() for each in (KEPT, ASKER_SPAN, HOUR))
        self._views: TTLCache[str, View] = TTLCache(MOST_KEPT, kept, now)
        self._askers: TTLCache[str, _Count] = TTLCache(MOST_ASKERS, span, now)
        self._all: TTLCache[str, _Count] = TTLCache(1, hour, now)
        self._away_until = clock()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def look(self, name: str, asker: str) -> View:
        """What the forge shows of the repository of that name, as it was less than a minute ago.
        Never raises."""
        with self._lock:
            if (known := self._views.get(name.lower())) is not None:
                return known
            if silence := self._why_not(asker):
                return View(silence=silence)
        if not self._turns.acquire(timeout=PATIENCE_SECONDS):
            return View(silence=BUSY)
        try:
            return self._look(name)
        finally:
            self._turns.release()

    def forget(self, name: str) -> None:
        """Look anew the next time: something was done about it."""
        with self._lock:
            self._views.pop(name.lower(), None)

    def _why_not(self, asker: str) -> str:
        """Count a look; why it must not be."""
        if self._clock() < self._away_until:
            return AWAY
        limits = (
            (self._askers, asker, AN_ASKER, TOO_OFTEN),
            (self._all, "", self._an_hour, USED_UP),
        )
        for counts, key, most, silence in limits:
            count = counts.setdefault(key, _Count())
            count.asked += 1
            if count.asked > most:
                return silence
        return ""

    def _look(self, name: str) -> View:
        try:
            view = self._seen(name)
        except OutageError as error:
            logger.warning("%s was not looked at: %s", name, error)
            view = View(silence=AWAY)
            if isinstance(error, ForgeUnreachedError | ForgeLimitError):
                self._leave_alone(error)
                return view
            # An odd answer is about this repository, whose owner may have made it so: it is kept,
            # and keeps nobody from looking at others.
        with self._lock:
            self._views[name.lower()] = view
        return view

    def _leave_alone(self, error: ForgeError) -> None:
        """Look at nothing for a while: nobody waits for the forge again and again. What builds may
        ask is not touched by this."""
        pause = error.pause if isinstance(error, ForgeLimitError) else AFTER_FAILURE
        with self._lock:
            self._away_until = max(self._away_until, self._clock() + pause)

    def _seen(self, name: str) -> View:
        state = self._forge.repository_named(name)
        if state is None or state.private:
            return View(hidden=True)
        try:
            return View(self._sight(state))
        except NotFoundError:
            return View(hidden=True)

    def _sight(self, state: RepositoryState) -> Sight:
        repository = state.repository
        tags, listing = self._forge.tag_names(repository), self._forge.releases(repository)
        sent = tuple(each for each in self._logged() if each.repository_id == repository.id)
        leads = bool(sent) or self._forge.acts_as_app(repository)
        return Sight(repository, tags, _short(listing), sent, leads)

    def _logged(self) -> Iterable[Sent]:
        """The latest page of the forge's own log of what it sent us, where we may read it."""
        if self._sent is None:
            return ()
        # Not kept: what was sent a moment ago is what is asked for most.
        try:
            return self._sent()
        except (ForgeError, NotFoundError) as error:
            logger.warning("the log of the webhook cannot be read: %s", error)
            return ()


def _short(listing: ReleaseList) -> ReleaseList:
    """The list without notes, which may be long and are shown nowhere here."""
    short = tuple(replace(each, notes="") for each in listing.releases)
    return ReleaseList(short, listing.is_whole)
