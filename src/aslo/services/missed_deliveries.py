"""Let the forge deliver again what did not arrive, by the log that it keeps of its webhook."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from aslo.domain.delivery import is_for_us
from aslo.domain.discrepancy import Discrepancy
from aslo.domain.errors import AsloError, ForgeError, ForgeLimitError, NotFoundError
from aslo.domain.head_payload import asks_for_check
from aslo.domain.hook import Sent
from aslo.ports import Clock, ForgeAdmin, Store
from aslo.services.forge_health import ours

LOOK_BACK = timedelta(hours=70)
"""GitHub keeps its log for three days."""
STRAGGLERS = timedelta(minutes=10)
"""What is under way is in the log only when it has its answer, or none."""
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST = 200
"""In one turn; the others are first in the next, so that the forge is not stormed."""
REFUSED_FOR_GOOD = (400, 413)
"""Answers that would be the same again."""


PAUSE_SECONDS = 0.4
"""Between two: a POST is 5 of the 900 points that GitHub gives a minute."""
FAILURES = 3
"""So many in a row are no fault of a delivery."""


@dataclass(frozen=True, slots=True)
class Log:
    """What a webhook was sent since a moment, and the way to have it sent again."""

    sent: Callable[[datetime], list[Sent]]
    redeliver: Callable[[int], None]
    checks: bool = False
    """Whether it is the App's, for whom commits are checked."""
    rest: Callable[[float], None] = time.sleep


def log_of(place: str | None, url: str, *, admin: ForgeAdmin) -> Log | None:
    """The log of the hook of a place that leads to us, or of the App's own; None without such a
    hook."""
    if place is None:
        return Log(admin.app_sent, admin.app_redeliver, checks=True)
    hook = ours(admin.hooks(place), url)
    if hook is None:
        return None
    return Log(partial(admin.sent, place, hook.id), partial(admin.redeliver, place, hook.id))


def sent_lately(place: str | None, url: str, *, admin: ForgeAdmin) -> list[Sent]:
    """The latest page of that log, newest first; nothing without such a hook."""
    if place is None:
        return admin.app_sent()
    hook = ours(admin.hooks(place), url)
    return admin.sent(place, hook.id) if hook else []


def replay(
    log: Log, place: str, *, store: Store, clock: Clock, tell: Callable[[Discrepancy], None]
) -> str:
    """Have everything delivered again that should have led to something and never came, oldest
    first but checks of commits last, by the same signed way; where to go on the next time.
    Whatever stops it, it may simply be done again: what came meanwhile is seen in the log and in
    the record."""
    now = clock()
    sent = log.sent(max(_moment(place, now), now - LOOK_BACK))
    wanted = (tries for tries in _deliveries(sent) if _is_for_us(tries[-1], log))
    missed = [tries for tries in wanted if _is_missed(tries, store)]
    failed = 0
    # Of the many pushes of an outage none may hold up a release.
    for tries in sorted((each for each in missed if _is_due(each, now)), key=_is_check)[:MOST]:
        if error := _refusal(log, tries[-1]):
            failed += 1
            tell(Discrepancy(f"{_told(tries)}, and cannot be asked for again: {error}"))
            if failed == FAILURES:
                break
        else:
            failed = 0
            tell(Discrepancy(_told(tries), "asked for again"))
        log.rest(PAUSE_SECONDS)
    return _further(sent, missed, place)


def _refusal(log: Log, last: Sent) -> AsloError | None:
    """Ask for a delivery again; why the forge does not want to. A pause that it wants ends all."""
    try:
        log.redeliver(last.id)
    except ForgeLimitError:
        raise
    except (ForgeError, NotFoundError) as error:
        return error
    return None


def _deliveries(sent: Iterable[Sent]) -> list[list[Sent]]:
    """The tries of each delivery; that which was first tried longest ago comes first."""
    tries = defaultdict(list)
    for each in sorted(sent, key=lambda each: (each.delivered_at, each.id)):
        tries[each.guid].append(each)
    return list(tries.values())


def _is_for_us(sent: Sent, log: Log) -> bool:
    kind = sent.event, sent.action
    return is_for_us(*kind) or (log.checks and asks_for_check(*kind))


def _is_check(tries: Sequence[Sent]) -> bool:
    last = tries[-1]
    return not is_for_us(last.event, last.action)


def _is_missed(tries: Sequence[Sent], store: Store) -> bool:
    last = tries[-1]
    if last.code in REFUSED_FOR_GOOD:
        return False
    # The record decides: an answer may be lost on its way, and a record may be restored that never
    # saw what was answered well.
    return store.delivery(last.guid) is None


def _is_due(tries: Sequence[Sent], now: datetime) -> bool:
    """At once the first time, then after longer and longer pauses: whoever is not reached need
    not be called all the time."""
    if len(tries) == 1:
        return True
    pause = min(FIRST_PAUSE * float(2 ** (len(tries) - 2)), LONGEST_PAUSE)
    return now - tries[-1].delivered_at >= pause


def _further(sent: Sequence[Sent], missed: Sequence[Sequence[Sent]], place: str) -> str:
    """From the oldest on that may still have to be delivered."""
    if missed:
        return missed[0][0].delivered_at.isoformat()
    newest = max((each.delivered_at for each in sent), default=None)
    return place if newest is None else (newest - STRAGGLERS).isoformat()


def _moment(place: str, now: datetime) -> datetime:
    return datetime.fromisoformat(place) if place else now - LOOK_BACK


def _told(tries: Sequence[Sent]) -> str:
    last = tries[-1]
    return (
        f"delivery {last.guid} ({last.event} {last.action}) of {tries[0].delivered_at:%F %T} is "
        f"not on record, it was answered with {last.code or 'nothing'}"
    )
