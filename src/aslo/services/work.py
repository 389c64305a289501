"""What a worker does again and again: work a build or a check, tell developers, tidy up."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

from aslo.domain.build import Build, Work
from aslo.domain.commit_check import CommitCheck
from aslo.services import build as builds
from aslo.services import check_commit, check_report, report, speaking
from aslo.services.attempt import Claimed
from aslo.services.survival import survive
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)

LeaseKeeper = Callable[[Work], AbstractContextManager[None]]
"""Renews the lease of what was claimed while the context lasts."""

REPORTS_A_TURN = 50


def build(owner: str, *, bench: Workbench, lease: timedelta, keep: LeaseKeeper) -> Build | None:
    """Claim the build whose turn it is and work it; the build as it is then, None if there was
    none to claim."""
    claimed = bench.store.claim_build(owner, bench.clock(), lease)
    if claimed is None:
        return None
    with keep(claimed):
        return _worked(claimed, partial(builds.run, bench=bench), bench)


def check(
    owner: str, *, bench: Workbench, lease: timedelta, keep: LeaseKeeper
) -> CommitCheck | None:
    """Claim the check of a commit whose turn it is and work it; the check as it is then, None if
    there was none to claim. For whoever finds no build to work."""
    most = bench.rules.checks_at_once
    claimed = bench.store.claim_check(owner, bench.clock(), lease, most)
    if claimed is None:
        return None
    with keep(claimed):
        return _worked(claimed, partial(check_commit.run, bench=bench.for_checks), bench)


def _worked(claimed: Claimed, run: Callable[[Claimed], Claimed], bench: Workbench) -> Claimed:
    began = bench.clock()
    if claimed.attempt > 1:
        # Whoever tried before may have died in it; no try works beside what that one left.
        survive(partial(clear, bench=bench))
    ended = run(claimed)
    logger.info(
        "%s %s of %s: %s after %.1f s",
        "check" if isinstance(ended, CommitCheck) else "build",
        ended.id,
        ended.repository.full_name,
        ended.state,
        (bench.clock() - began).total_seconds(),
    )
    return ended


def tell(owner: str, *, bench: Workbench) -> bool:
    """Put what has ended into the outbox and send what is due and allowed; whether anything was
    tried. What cannot be told of holds up nothing else."""
    for ended in bench.store.untold_builds(REPORTS_A_TURN):
        survive(partial(_post, ended, bench))
    for checked in bench.store.untold_checks(REPORTS_A_TURN):
        survive(partial(_post_check, checked, bench))
    tried = _send(owner, bench)
    # Releases first, and as long as there is something left for those that come.
    return tried + _send(owner, bench, aside=True) > 0


def _send(owner: str, bench: Workbench, *, aside: bool = False) -> int:
    tried = 0
    # Looked at before a report is taken, so that one which must wait is not tried for nothing.
    while tried < REPORTS_A_TURN and not bench.store.throttle().wait(bench.clock(), 1, aside=aside):
        sent = report.send_next(
            owner,
            store=bench.store,
            forge=bench.forge,
            site=bench.site,
            clock=bench.clock,
            aside=aside,
        )
        if sent is None:
            break
        tried += 1
    return tried


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


def _post_check(checked: CommitCheck, bench: Workbench) -> bool:
    check_report.tell(
        checked,
        store=bench.store,
        clock=bench.clock,
        rules=bench.rules,
        voice=speaking.voice_of(checked, bench.words),
    )
    return True
