"""The links of the chain that are in this store: build, listing, and the answer."""

from aslo.domain.activity import Release, ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.causes import Cause, Reason, cause
from aslo.domain.errors import BundleIdTakenError, BundleIdUnassignedError, VersionTakenError
from aslo.domain.problem import in_order
from aslo.domain.report import ReportState
from aslo.domain.trace import Evidence, Link, LinkName, LinkState

OF_PROBLEMS = {
    BundleIdTakenError.code: Reason.ID_TAKEN,
    BundleIdUnassignedError.code: Reason.ID_UNASSIGNED,
    VersionTakenError.code: Reason.VERSION_TAKEN,
}
FIRST_PROBLEM = 400
"""So many characters of it; its page has the rest."""


def build(known: Evidence) -> Link:
    """How the build of the release stands."""
    made = known.build
    if made is None:
        return Link(LinkName.BUILD, LinkState.NOT_REACHED)
    at = made.ended_at or made.claimed_at or made.created_at
    if made.state is BuildState.PUBLISHED:
        return Link(LinkName.BUILD, LinkState.HOLDS, made.id, at)
    if made.state is BuildState.SUPERSEDED and known.stored is not None:
        return _superseded(made, known.stored)
    state = LinkState.BROKEN if made.state.ended else LinkState.WAITS
    return Link(LinkName.BUILD, state, made.id, at, _why_not(made, known))


def listing(known: Evidence) -> Link:
    """Whether what was built is listed, here too."""
    stored, name = known.stored, LinkName.LISTING
    if stored is None:
        return Link(name, LinkState.NOT_REACHED)
    if stored.state is not ReleaseState.LISTED:
        return Link(name, LinkState.BROKEN, stored.version, stored.listed_at, _off(stored, known))
    if _lags(known, stored):
        why = cause(Reason.CATALOG_LAGS, version=stored.version, before=known.behind or 0)
        return Link(name, LinkState.WAITS, stored.version, stored.listed_at, why)
    return Link(name, LinkState.HOLDS, stored.version, stored.listed_at)


def answer(known: Evidence) -> Link:
    """Whether the developer was told on the commit."""
    name, reports = LinkName.ANSWER, known.reports
    if known.build is None or not (reports or known.build.state.ended):
        return Link(name, LinkState.NOT_REACHED)
    at = max((each.created_at for each in reports), default=known.build.ended_at)
    if not known.build.told and known.build.state.ended:
        return Link(name, LinkState.WAITS, at=at, cause=cause(Reason.ANSWER_WAITS))
    if any(each.sent is ReportState.WAITING for each in reports):
        return Link(name, LinkState.WAITS, at=at, cause=cause(Reason.ANSWER_WAITS))
    if any(each.sent is ReportState.DROPPED for each in reports):
        return Link(name, LinkState.BROKEN, at=at, cause=cause(Reason.ANSWER_DROPPED))
    return Link(name, LinkState.HOLDS, at=at)


def _superseded(made: Build, stored: Release) -> Link:
    """What another build published is on the shelf all the same."""
    if stored.state is ReleaseState.LISTED:
        why = cause(Reason.SUPERSEDED)
        return Link(LinkName.BUILD, LinkState.BROKEN, made.id, made.ended_at, why)
    return Link(LinkName.BUILD, LinkState.HOLDS, made.id, made.ended_at)


def _why_not(made: Build, known: Evidence) -> Cause:
    if made.state is BuildState.QUEUED:
        return _why_waiting(made, known.before)
    if made.state is BuildState.RUNNING:
        return cause(Reason.RUNNING)
    if made.state is BuildState.ERRORED:
        return cause(Reason.ERRORED, outcome=made.outcome)
    if made.state is BuildState.SUPERSEDED:
        return cause(Reason.SUPERSEDED)
    if made.state is BuildState.WITHDRAWN:
        return cause(Reason.TAKEN_BACK, version=made.version or made.release.tag)
    return _failure(made)


def _why_waiting(made: Build, before: int) -> Cause:
    if made.waits_since is not None:
        return cause(Reason.AWAITS_ASSET, outcome=made.outcome)
    if made.limited_since is not None:
        return cause(Reason.FORGE_PAUSES)
    if made.attempt:
        return cause(Reason.TRIED_AGAIN, outcome=made.outcome)
    return cause(Reason.QUEUED, before=before)


def _failure(made: Build) -> Cause:
    problems = in_order(made.problems)
    if not problems:
        return cause(Reason.FAILED, outcome=made.outcome.rstrip("."), cure="Read its page.")
    first, others = problems[0], len(problems) - 1
    more = f" Its page lists {others} more." if others else ""
    return cause(
        OF_PROBLEMS.get(first.code, Reason.FAILED),
        outcome=str(first)[:FIRST_PROBLEM].rstrip("."),
        cure=f"{first.remedy.rstrip('.')}.{more}",
    )


def _off(stored: Release, known: Evidence) -> Cause:
    """Why a release that was published is not listed."""
    if stored.state is ReleaseState.WITHDRAWN:
        reason = Reason.HIDDEN if stored.closed else Reason.TAKEN_BACK
        return cause(reason, version=stored.version)
    if stored.lost:
        return cause(Reason.LOST, version=stored.version)
    other = known.activity.resembles if known.activity else ""
    return cause(
        Reason.LOOK_ALIKE,
        version=stored.version,
        bundle_id=stored.bundle_id,
        higher=other or "another",
    )


def _lags(known: Evidence, stored: Release) -> bool:
    if known.behind is None:
        return False
    shown = known.shown.releases if known.shown else ()
    listed = (each for each in shown if each.state is ReleaseState.LISTED)
    return all(each.version_key != stored.version_key for each in listed)
