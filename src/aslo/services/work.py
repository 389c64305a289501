"""What a worker does again and again: work a build, tell developers, tidy up."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from aslo.domain.build import Build
from aslo.domain.errors import OutageError
from aslo.services import build as builds
from aslo.services import report
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

LeaseKeeper = Callable[[Build], AbstractContextManager[None]]
"""Renews a build's lease while the context lasts."""

REPORTS_A_TURN = 50


def build(
    owner: str,
    build_id: str | None = None,
    *,
    bench: Workbench,
    lease: timedelta,
    keep: LeaseKeeper,
) -> bool:
    """Claim a build and work it; whether there was one to claim."""
    claimed = bench.store.claim_build(owner, bench.clock(), lease, build_id)
    if claimed is None:
        return False
    with keep(claimed):
        ended = builds.run(claimed, bench=bench)
    logger.info("build %s of %s: %s", ended.id, ended.repository.full_name, ended.state)
    return True


def tell(owner: str, *, bench: Workbench) -> int:
    """Put ended builds into the outbox and send what is due; how many reports were tried."""
    for ended in bench.store.untold_builds(REPORTS_A_TURN):
        report.tell(ended, store=bench.store, clock=bench.clock, public_url=bench.rules.public_url)
    for tried in range(REPORTS_A_TURN):
        if (
            report.send_next(
                owner, store=bench.store, forge=bench.forge, site=bench.site, clock=bench.clock
            )
            is None
        ):
            return tried
    return REPORTS_A_TURN


def tidy(*, bench: Workbench) -> None:
    """Remove what dead workers left behind: folders, containers, control groups."""
    left = bench.workspace.sweep() + bench.builder().sweep()
    if left:
        logger.warning("removed what %d builds left behind when their worker died", left)


def survive(step: Callable[[], bool]) -> bool:
    """Run a step of a loop that must go on, and return what it returned; what goes wrong is
    logged and counts as nothing done."""
    try:
        return step()
    except OutageError as error:
        logger.warning("%s", error)
    except Exception:
        logger.exception("a turn of the worker broke")
    return False
