"""The links of the chain that are at the forge, or on the way from it to us."""

import re
from collections.abc import Iterable

from aslo.domain.causes import Cause, Reason, cause
from aslo.domain.delivery import Delivery, DeliveryState, ForgeRelease
from aslo.domain.hook import Sent
from aslo.domain.trace import Evidence, Link, LinkName, LinkState

UNAUTHORIZED = 401
REFUSALS = (400, 413, 415)
_NUMBERS = re.compile(r"\d{1,9}(?:\.\d{1,9})*", re.ASCII)


def newest_tag(tags: Iterable[str]) -> str | None:
    """The tag whose name says the highest version; any where none says one."""
    return max(tags, key=_order, default=None)


def newest_release(releases: Iterable[ForgeRelease]) -> ForgeRelease | None:
    """The release that was published last; a draft where none was."""
    found = list(releases)
    published = [each for each in found if each.published_at and not each.draft]
    last = max(published, key=lambda each: (each.published_at, each.id), default=None)
    return last or next(iter(found), None)


def repository(known: Evidence) -> Link:
    """Whether there is such a repository."""
    if known.hidden:
        return _broken(LinkName.REPOSITORY, cause(Reason.NO_REPOSITORY, name=known.name))
    if known.repository is None:
        told = cause(Reason.UNKNOWN_HERE, name=known.name)
        return Link(LinkName.REPOSITORY, LinkState.UNKNOWN, cause=told)
    state = LinkState.HOLDS if known.sight else LinkState.UNKNOWN
    return Link(LinkName.REPOSITORY, state, known.repository.full_name)


def tag(known: Evidence) -> Link:
    """The newest tag."""
    if known.sight is None:
        what = known.release.tag if known.release else ""
        return Link(LinkName.TAG, LinkState.UNKNOWN, what)
    newest = newest_tag(known.sight.tags)
    if newest is None:
        return _broken(LinkName.TAG, cause(Reason.NO_TAG, name=known.name))
    return Link(LinkName.TAG, LinkState.HOLDS, newest)


def release(known: Evidence) -> Link:
    """The newest release on the forge, and whether it is that of the newest tag."""
    told, name = known.release, LinkName.RELEASE
    if told is None:
        if known.sight is None:
            return Link(name, LinkState.UNKNOWN)
        newest = newest_tag(known.sight.tags)
        if newest is None:
            return Link(name, LinkState.NOT_REACHED)
        return _broken(name, cause(Reason.NO_RELEASE, name=known.name, tag=newest))
    if told.draft:
        return _broken(name, cause(Reason.DRAFT, tag=told.tag), told.tag)
    at = told.published_at
    if (newest := _unreleased(known, told)) is not None:
        why = cause(Reason.TAG_WITHOUT_RELEASE, newest=newest, tag=told.tag)
        return Link(name, LinkState.BROKEN, told.tag, at, why)
    state = LinkState.HOLDS if known.sight else LinkState.UNKNOWN
    return Link(name, state, told.tag, at)


def delivery(known: Evidence) -> Link:
    """Whether this store was told of the release."""
    name, told = LinkName.DELIVERY, known.release
    if told is None or told.draft:
        return Link(name, LinkState.NOT_REACHED)
    of_it = [each for each in known.deliveries if _is_about(each, told)]
    if taken := [each for each in of_it if each.state is not DeliveryState.IGNORED]:
        return _taken(taken[0], known)
    if known.build is not None:
        return Link(name, LinkState.HOLDS, at=known.build.created_at)
    return _untaken(known, told)


def _untaken(known: Evidence, told: ForgeRelease) -> Link:
    """Why nothing that came led to a build of the release."""
    if failed := _failed(known):
        return failed
    if ignored := next((e for e in known.deliveries if _is_ignored(e, told)), None):
        why = cause(Reason.IGNORED, tag=told.tag, outcome=ignored.reason)
        return Link(LinkName.DELIVERY, LinkState.BROKEN, ignored.guid, ignored.received_at, why)
    if known.has_come or known.sight is None:
        return _broken(LinkName.DELIVERY, cause(Reason.NOT_TOLD, tag=told.tag))
    return _broken(LinkName.DELIVERY, cause(Reason.NO_HOOK, name=known.name))


def _taken(last: Delivery, known: Evidence) -> Link:
    waits = known.build is None and last.state is DeliveryState.ACCEPTED
    why = cause(Reason.UNSETTLED) if waits else None
    state = LinkState.WAITS if waits else LinkState.HOLDS
    return Link(LinkName.DELIVERY, state, last.guid, last.received_at, why)


def _failed(known: Evidence) -> Link | None:
    """What the forge could not deliver, by its own log."""
    heard = {each.guid for each in known.deliveries}
    sent = known.sight.sent if known.sight else ()
    last = next((e for e in sent if e.event == "release" and e.guid not in heard), None)
    if last is None or last.arrived:
        return None
    why = _not_heard(last, known.name)
    waits = why.reason is Reason.NOT_ARRIVED
    state = LinkState.WAITS if waits else LinkState.BROKEN
    return Link(LinkName.DELIVERY, state, last.guid, last.delivered_at, why)


def _not_heard(sent: Sent, name: str) -> Cause:
    if sent.code == UNAUTHORIZED:
        return cause(Reason.WRONG_SECRET, name=name)
    if sent.code in REFUSALS:
        return cause(Reason.REFUSED, name=name, code=sent.code)
    answer = f"was answered {sent.code}" if sent.code else "got no answer"
    return cause(Reason.NOT_ARRIVED, name=name, code=answer)


def _is_about(delivery: Delivery, told: ForgeRelease) -> bool:
    content = delivery.content
    return content is not None and content.release.id == told.id


def _is_ignored(delivery: Delivery, told: ForgeRelease) -> bool:
    """Whether an ignored delivery may have been of that release: it was of one, and came after
    it was made. `created` comes for each release, and says nothing."""
    ignored = delivery.state is DeliveryState.IGNORED and delivery.event == "release"
    since = told.published_at is None or delivery.received_at >= told.published_at
    return ignored and since and delivery.action != "created"


def _unreleased(known: Evidence, told: ForgeRelease) -> str | None:
    """The newest tag, if it is newer than the newest release and has none."""
    newest = newest_tag(known.sight.tags) if known.sight else None
    if known.sight is None or newest is None:
        return None
    released = {each.tag for each in known.sight.releases.releases}
    return newest if newest not in released and _order(newest) > _order(told.tag) else None


def _order(tag_name: str) -> tuple[int, ...]:
    found = _NUMBERS.search(tag_name)
    return tuple(map(int, found[0].split("."))) if found else ()


def _broken(name: LinkName, why: Cause, what: str = "") -> Link:
    return Link(name, LinkState.BROKEN, what, cause=why)
