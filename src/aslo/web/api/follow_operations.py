"""The feed of changes, for stores and programs that follow this one."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.activity import Release, ReleaseState, newest_first
from aslo.ports import Changed
from aslo.web.api import shapes, showing
from aslo.web.api.operations import ASKED_AGAIN, Operation
from aslo.web.detail import Shown
from aslo.web.wiring import ports

MOST_RELEASES = 200
"""So many are in one answer, unless a single activity has more: each may have long notes."""


class ChangesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From where on."""

    since: Annotated[
        int, Meta(ge=0, le=2**62, description="The `next` of the page before; 0 for all.")
    ] = 0
    limit: Annotated[int, Meta(ge=1, le=100, description="How many at most.")] = 50


def list_changes(asked: ChangesAsked) -> shapes.Changes:
    """Activities in the order of their last change, each once, as they are now."""
    # "Nothing" or "that is all" would make a follower throw away what it has.
    showing.refuse_to_guess()
    told = ports().catalog.changed(asked.since, asked.limit + 1)
    page = _bounded(told.changes[: asked.limit])
    is_more = len(told.changes) > len(page)
    return shapes.Changes(
        era=told.era,
        items=[_change(each) for each in page],
        # Never back: another machine may have told more than this one knows.
        next=page[-1].revision if is_more else max(told.revision, asked.since),
        is_more=is_more,
    )


def _bounded(changes: Sequence[Changed]) -> Sequence[Changed]:
    """As many as one answer can well hold, and always one."""
    releases = 0
    for number, each in enumerate(changes):
        releases += len(each.entry.releases) if each.entry else 0
        if number and releases > MOST_RELEASES:
            return changes[:number]
    return changes


def _change(found: Changed) -> shapes.Change:
    return shapes.Change(
        revision=found.revision, bundle_id=found.bundle_id, activity=_activity(found)
    )


def _activity(found: Changed) -> shapes.Activity | None:
    if found.entry is None:
        return None
    public = [each for each in found.entry.releases if _is_told(each)]
    if not public:
        return None
    return showing.activity(
        Shown(found.entry.activity, tuple(newest_first(public)), found.entry.public_files)
    )


def _is_told(release: Release) -> bool:
    """Whether a follower hears of it: what waits for an operator is nobody's business, but of
    what was listed and whose bundle is lost here, a follower may have the last copy."""
    return release.state is not ReleaseState.HELD or release.lost


OPERATIONS = (
    Operation(
        path="/changes",
        view=list_changes,
        gives=shapes.Changes,
        about="following",
        asks=ChangesAsked,
        kept=ASKED_AGAIN,
        goes_on_by="since",
    ),
)
