"""What a store sorts its queues by, the same in every store."""

from datetime import datetime

from aslo.domain.build import BuildState, Work


def ready_at(build: Work) -> datetime | None:
    """When a worker may claim the build; None when it has ended."""
    if build.state.ended:
        return None
    if build.state is BuildState.RUNNING and build.lease:
        return build.lease.expires_at
    return build.not_before


def untold_since(build: Work) -> datetime | None:
    """Since when nobody was told of the build's end; None when there is nothing to tell."""
    if not build.state.ended or build.told:
        return None
    return build.ended_at or build.created_at
