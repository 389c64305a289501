"""Operations that read the record: what became of deliveries and builds."""

from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.errors import BadQuestionError, NotFoundError
from aslo.web.api import record_shapes as shapes
from aslo.web.api import showing
from aslo.web.api.kinds import BundleId
from aslo.web.api.operations import ASKED_AGAIN, Operation
from aslo.web.characters import writable
from aslo.web.wiring import ports


class BuildsAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which builds."""

    activity: (
        Annotated[BundleId, Meta(max_length=128, description="Those of one activity alone.")] | None
    ) = None
    cursor: Annotated[
        str, Meta(max_length=64, description="The `next` of the page before; none for the first.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=100, description="How many at most.")] = 24


def list_builds(asked: BuildsAsked) -> shapes.Builds:
    """The newest builds, of one activity or of all."""
    store = ports().store
    last = store.build(asked.cursor) if asked.cursor else None
    if asked.cursor and last is None:
        raise BadQuestionError("the cursor is of no build: begin anew")
    found = store.recent_builds(asked.limit + 1, asked.activity, last)
    page = found[: asked.limit]
    return shapes.Builds(
        items=[showing.build(each) for each in page],
        next=page[-1].id if len(found) > asked.limit else None,
    )


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
        event=writable(found.event),
        action=writable(found.action),
        received_at=found.received_at,
        received_count=found.received_count,
        verdict=found.verdict,
        reason=writable(found.reason),
        state=found.state,
        build=showing.build(build) if build else None,
    )


_of = partial(Operation, about="builds", from_catalog=False, kept=ASKED_AGAIN)
OPERATIONS = (
    _of(
        path="/builds",
        view=list_builds,
        gives=shapes.Builds,
        asks=BuildsAsked,
        goes_on_by="cursor",
    ),
    _of(path="/builds/<build_id:build_id>", view=get_build, gives=shapes.Build),
    _of(path="/deliveries/<guid:guid>", view=get_delivery, gives=shapes.Delivery),
)
