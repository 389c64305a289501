"""What each generation of Sugar is offered, and why it is not the release that is traced."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from aslo.domain.activity import Release, ReleaseState
from aslo.domain.causes import Cause, Reason, cause
from aslo.domain.offers import FIRST_WITH_DOTS, Offers, offers_of
from aslo.domain.sugar import SUGARS, runs_on, sugar_version
from aslo.domain.trace import Evidence, Generation, Link, LinkName, LinkState

FIRST_WITH_PYTHON_3 = "0.116"
PYTHON_3 = 3


def generations(known: Evidence) -> tuple[Generation, ...]:
    """Every Sugar in use, newest first, neighbours of one fate joined; none where nothing is
    listed."""
    if known.activity is None:
        return ()
    offers = offers_of(known.activity.bundle_id, known.releases)
    if not offers.offers:
        return ()
    rows = [_row(sugar, offers, known.stored) for sugar in SUGARS]
    return tuple(_joined(rows))


def offer(known: Evidence, rows: Iterable[Generation]) -> Link:
    """Whether any Sugar is offered the release."""
    stored, name = known.stored, LinkName.OFFER
    if stored is None or stored.state is not ReleaseState.LISTED:
        return Link(name, LinkState.NOT_REACHED)
    found = list(rows)
    offered = [row for row in found if row.version == stored.version]
    if not offered:
        causes = [row.cause for row in found if row.cause]
        # A higher version is what one can do something about, so it is told first.
        causes.sort(key=lambda each: each.reason is not Reason.NOT_HIGHEST)
        why = next(iter(causes), None)
        return Link(name, LinkState.BROKEN, stored.version, stored.listed_at, why)
    sugars = ", ".join(span(row) for row in offered)
    return Link(name, LinkState.HOLDS, f"Sugar {sugars}", stored.listed_at)


def span(row: Generation) -> str:
    """Its Sugars: `0.116+`, one of them, or from which to which."""
    if row.last is None:
        return f"{row.first}+"
    return row.first if row.first == row.last else f"{row.first}–{row.last}"  # noqa: RUF001


def _row(sugar: str, offers: Offers, stored: Release | None) -> Generation:
    chosen = offers.choose(sugar)
    version = chosen.version if chosen else None
    listed = stored is not None and stored.state is ReleaseState.LISTED
    if stored is None or not listed or version == stored.version:
        return Generation(sugar, sugar, version)
    return Generation(sugar, sugar, version, _why(stored, sugar, version))


def _why(stored: Release, sugar: str, instead: str | None) -> Cause | None:
    needs, version = stored.details.compatibility, stored.version
    if stored.prerelease:
        return cause(Reason.PRERELEASE, version=version)
    if not runs_on(needs, sugar):
        if sugar_version(sugar) >= sugar_version(needs.min_sugar):
            return cause(Reason.NEEDS_OLDER_SUGAR, version=version, sugar=needs.max_sugar)
        is_python = needs.python == PYTHON_3 and needs.min_sugar == FIRST_WITH_PYTHON_3
        reason = Reason.NEEDS_PYTHON_3 if is_python else Reason.NEEDS_NEWER_SUGAR
        return cause(reason, version=version, sugar=needs.min_sugar)
    before_dots = sugar_version(sugar) < sugar_version(FIRST_WITH_DOTS)
    if before_dots and not version.isdecimal():
        return cause(Reason.DOTTED_VERSION, version=version)
    return cause(Reason.NOT_HIGHEST, version=version, higher=instead) if instead else None


def _joined(rows: Iterable[Generation]) -> Iterable[Generation]:
    for _, group in groupby(rows, key=lambda row: (row.version, row.cause)):
        same = list(group)
        is_newest = same[0].first == SUGARS[0] and same[0].version is not None
        # A last Sugar that something was written for is an end; the newest of today is none.
        yield replace(same[0], first=same[-1].first, last=None if is_newest else same[0].first)
