"""All verdicts about what is installed on a machine, in one small answer."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.locale import fallback_chain
from aslo.domain.offers import Channel, Offer, Offers, Verdict
from aslo.web.api import showing
from aslo.web.api.kinds import END, Lang, Sugar
from aslo.web.api.operations import Operation
from aslo.web.api.update_shapes import (
    LONGEST_INSTALLED,
    ChannelName,
    Installed,
    Update,
    Updates,
    UpdatesAsked,
)
from aslo.web.characters import writable
from aslo.web.wiring import ports

KEPT = "public, max-age=300"
"""Not shown for longer: what was withdrawn must be offered no more."""
_TEXT = f"[^:,]{{1,{LONGEST_INSTALLED}}}"
_ONE = f"{_TEXT}:{_TEXT}"


class UpdatesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same in an address, for caches."""

    sugar: Sugar
    have: Annotated[
        str,
        Meta(
            pattern=rf"^{_ONE}(,{_ONE}){{0,99}}{END}",
            max_length=3_500,
            description="What is installed, up to 100 activities. All who write it in the order "
            "of the ids, and leave out what is as it would be anyway, share a kept answer.",
            examples=["org.sugarlabs.Moon:11,org.sugarlabs.Sun:3"],
        ),
    ]
    lang: Lang = "en"
    channel: ChannelName = "stable"


def check_updates(body: UpdatesAsked) -> Updates:
    """What to do about each installed activity, in the order that was asked."""
    return _judged(body.installed, body)


def check_updates_by_address(asked: UpdatesQuery) -> Updates:
    """The same for a few activities, by an address that caches can keep."""
    named = (each.partition(":") for each in asked.have.split(","))
    return _judged([Installed(id=name, version=version) for name, _, version in named], asked)


def _judged(installed: Iterable[Installed], asked: UpdatesAsked | UpdatesQuery) -> Updates:
    showing.refuse_to_guess()
    known = ports().catalog.offers({i.id for i in installed})
    channel = Channel(asked.channel)
    judged = [(i.id, *_judge(i.version, known.get(i.id), asked.sugar, channel)) for i in installed]
    offered = {bundle_id for bundle_id, _, offer in judged if offer}
    names = ports().catalog.names(offered, fallback_chain(asked.lang))
    return Updates(
        items=[
            _offered(bundle_id, verdict, offer, names.get(bundle_id, ""))
            if offer
            else Update(id=bundle_id, verdict=verdict)
            for bundle_id, verdict, offer in judged
        ]
    )


def _judge(
    version: str, known: Offers | None, sugar: str, channel: Channel
) -> tuple[Verdict, Offer | None]:
    if known is None or not known.is_public:
        return Verdict.UNKNOWN, None
    try:
        return known.judge(version, sugar, channel)
    except ValueError:
        # A version that Sugar cannot read is not from here: whatever runs is better.
        offer = known.choose(sugar, channel)
        return (Verdict.NEWER if offer else Verdict.CURRENT), offer


def _offered(bundle_id: str, verdict: Verdict, offer: Offer, name: str) -> Update:
    return Update(
        id=bundle_id,
        verdict=verdict,
        name=writable(name),
        version=offer.version,
        url=showing.download(bundle_id, offer.version, offer.file_name),
        size_bytes=offer.size_bytes,
        sha256=offer.sha256,
    )


_of = partial(Operation, path="/updates", gives=Updates, about="updates")
OPERATIONS = (
    _of(view=check_updates, takes=UpdatesAsked),
    _of(view=check_updates_by_address, asks=UpdatesQuery, kept=KEPT),
)
