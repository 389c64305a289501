"""Operations that read the record: what became of deliveries and builds."""

from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.errors import NotFoundError
from aslo.web.api import shapes, showing
from aslo.web.api.operations import Operation
from aslo.web.wiring import ports


class BuildsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which builds."""

    activity: Annotated[str, Meta(max_length=128, description="A bundle id.")] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 24


def list_builds(asked: BuildsAsked) -> shapes.Builds:
    """The newest builds, of one activity or of all."""
    found = ports().store.recent_builds(asked.limit, asked.activity)
    return shapes.Builds(items=[showing.build(each) for each in found])


def get_build(build_id: str) -> shapes.Build:
    """One build."""
    found = ports().store.build(build_id)
    if found is None:
        raise NotFoundError(f"there is no build {build_id}")
    return showing.build(found)


def get_delivery(guid: str) -> shapes.Delivery:
    """What became of a webhook delivery, by the GUID that GitHub shows for it."""
    found = ports().store.delivery(guid)
    if found is None:
        raise NotFoundError(
            f"no delivery {guid} arrived here; it is asked for again within minutes if it can be"
        )
    build = ports().store.build(found.build_id) if found.build_id else None
    return shapes.Delivery(
        guid=found.guid,
        event=found.event,
        action=found.action,
        received_at=found.received_at,
        received_count=found.received_count,
        verdict=found.verdict,
        reason=found.reason,
        state=found.state,
        build=showing.build(build) if build else None,
    )


OPERATIONS = (
    Operation("/builds", list_builds, shapes.Builds, asks=BuildsAsked, from_catalog=False),
    Operation("/builds/<build_id:build_id>", get_build, shapes.Build, from_catalog=False),
    Operation("/deliveries/<guid:guid>", get_delivery, shapes.Delivery, from_catalog=False),
)
