"""All verdicts about what is installed on a machine, in one small answer."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.errors import BadQuestionError
from aslo.domain.offers import Channel, Offer, Offers, Verdict
from aslo.web.api import shapes
from aslo.web.api.operations import Operation
from aslo.web.api.shapes import Installed, Update, Updates, UpdatesAsked
from aslo.web.updater import download_url
from aslo.web.wiring import ports

MOST_IN_A_QUERY = 100


class UpdatesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same in an address, for caches."""

    sugar: Annotated[
        str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,4}$", description="As `0.116`.")
    ]
    have: Annotated[
        str,
        Meta(
            max_length=8_000,
            description="What is installed: `org.laptop.Pippy:75,org.laptop.Log:42`, up to 100.",
        ),
    ]
    channel: Annotated[str, Meta(pattern="^(stable|testing)$")] = "stable"


def check_updates(body: UpdatesAsked) -> Updates:
    """What to do about each installed activity, in the order that was asked."""
    return _judged(body.installed, body.sugar, Channel(body.channel))


def check_updates_by_address(asked: UpdatesQuery) -> Updates:
    """The same by an address that caches can keep."""
    named = [each.rpartition(":") for each in asked.have.split(",") if each]
    if len(named) > MOST_IN_A_QUERY:
        raise BadQuestionError(
            f"{len(named)} activities are asked for at once: ask for {MOST_IN_A_QUERY}, or use POST"
        )
    installed = [Installed(id=bundle_id, version=version) for bundle_id, _, version in named]
    return _judged(installed, asked.sugar, Channel(asked.channel))


def _judged(installed: Iterable[Installed], sugar: str, channel: Channel) -> Updates:
    asked = list(installed)
    known = ports().catalog.offers({each.id for each in asked if not bundle_id_fault(each.id)})
    return Updates(items=[_update(each, known.get(each.id), sugar, channel) for each in asked])


def _update(installed: Installed, known: Offers | None, sugar: str, channel: Channel) -> Update:
    if known is None:
        return Update(id=installed.id, verdict=Verdict.UNKNOWN)
    try:
        verdict, offer = known.judge(installed.version, sugar, channel)
    except ValueError:
        # A version that Sugar cannot read is not from here: whatever runs is better.
        offer = known.choose(sugar, channel)
        verdict = Verdict.NEWER if offer else Verdict.CURRENT
    return (
        _offered(installed.id, verdict, offer)
        if offer
        else Update(id=installed.id, verdict=verdict)
    )


def _offered(bundle_id: str, verdict: Verdict, offer: Offer) -> Update:
    return Update(
        id=bundle_id,
        verdict=verdict,
        version=offer.version,
        url=download_url(bundle_id, offer),
        size_bytes=offer.size_bytes,
        sha256=offer.sha256,
    )


OPERATIONS = (
    Operation("/updates", check_updates, shapes.Updates, takes=UpdatesAsked),
    Operation("/updates", check_updates_by_address, shapes.Updates, asks=UpdatesQuery),
)
