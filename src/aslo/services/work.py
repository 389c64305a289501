"""What a worker does again and again: work a build, tell developers, tidy up."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

from aslo.domain.build import Build
from aslo.services import build as builds
from aslo.services import report, speaking
from aslo.services.survival import survive
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

LeaseKeeper = Callable[[Build], AbstractContextManager[None]]
"""Renews a build's lease while the context lasts."""

REPORTS_A_TURN = 50


def build(owner: str, *, bench: Workbench, lease: timedelta, keep: LeaseKeeper) -> Build | None:
    """Claim the build whose turn it is and work it; the build as it is then, None if there was
    none to claim."""
    claimed = bench.store.claim_build(owner, bench.clock(), lease)
    if claimed is None:
        return None
    began = bench.clock()
    with keep(claimed):
        if claimed.attempt > 1:
            # Whoever tried before may have died in it; no try works beside what that one left.
            survive(partial(clear, bench=bench))
        ended = builds.run(claimed, bench=bench)
        logger.info(
            "build %s of %s: %s after %.1f s",
            ended.id,
            ended.repository.full_name,
            ended.state,
            (bench.clock() - began).total_seconds(),
        )
    return ended


def tell(owner: str, *, bench: Workbench) -> bool:
    """Put ended builds into the outbox and send what is due and allowed; whether anything was
    tried. One build that cannot be told of holds up no other."""
    for ended in bench.store.untold_builds(REPORTS_A_TURN):
        survive(partial(_post, ended, bench))
    tried = 0
    # Looked at before a report is taken, so that one which must wait is not tried for nothing.
    while tried < REPORTS_A_TURN and not bench.store.throttle().wait(bench.clock(), 1):
        sent = report.send_next(
            owner, store=bench.store, forge=bench.forge, site=bench.site, clock=bench.clock
        )
        if sent is None:
            break
        tried += 1
    return tried > 0


def tidy(*, bench: Workbench) -> bool:
    """Remove what dead workers left behind: folders, containers, control groups, files."""
    return clear(bench=bench) | (bench.files.sweep() > 0)


def clear(*, bench: Workbench) -> bool:
    """Remove what the builds of dead workers left on this machine; whether there was anything."""
    left = bench.workspace.sweep() + bench.builder().sweep()
    if left:
        logger.warning("removed what %d builds left behind when their worker died", left)
    return left > 0


def _post(ended: Build, bench: Workbench) -> bool:
    report.tell(
        ended,
        store=bench.store,
        clock=bench.clock,
        rules=bench.rules,
        voice=speaking.voice_of(ended, bench.words),
    )
    return True
