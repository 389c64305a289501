"""Tell of the check of a commit: one check run, written once where the work is done in seconds."""

from dataclasses import replace
from datetime import datetime, timedelta

from aslo.domain import check_message, message
from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.report import CommitState, Report, ReportKind, ReportState, report_id
from aslo.domain.voice import ENGLISH, Voice
from aslo.ports import CheckRecord, Clock, Store
from aslo.services.workbench import Rules

AT_FIRST = timedelta(seconds=10)
"""Work that ends sooner is told of when it has ended, and not that it began."""
OUT_OF_REACH = timedelta(days=1)

STATES = {BuildState.PASSED: CommitState.SUCCESS, BuildState.FAILED: CommitState.FAILURE}
"""How an end looks on the forge; of any other nothing is concluded."""
QUIET = (BuildState.SUPERSEDED, BuildState.WITHDRAWN)
"""Ends that nobody waits for, unless they were told of the beginning."""


def started(
    check: CommitCheck,
    *,
    store: CheckRecord,
    clock: Clock,
    rules: Rules,
    voice: Voice = ENGLISH,
) -> None:
    """Put "started" into the outbox, once a round, to be told unless the work ends first."""
    url = check_url(check, rules)
    report = _report(check, ReportKind.STARTED_CHECK, url, clock())
    store.add_report(
        replace(
            report,
            not_before=report.created_at + AT_FIRST,
            text=check_message.started_title(check, voice),
            summary=check_message.started_summary(url, voice),
        )
    )


def tell(
    check: CommitCheck,
    *,
    store: Store,
    clock: Clock,
    rules: Rules,
    voice: Voice = ENGLISH,
) -> None:
    """Put the end of a check into the outbox, once a round, and mark the check as told."""
    if _is_begun(check, store, clock) or check.state not in QUIET:
        url = check_url(check, rules)
        report = replace(
            _report(check, ReportKind.FINAL_CHECK, url, clock()),
            state=STATES.get(check.state, CommitState.ERROR),
            text=check_message.final_title(check, voice),
            summary=check_message.final_summary(check, url, f"{rules.public_url}/problems", voice),
            annotations=message.annotations(check.problems, voice),
        )
        store.add_report(report)
    store.replace_check(check, replace(check, told=True))


def check_url(check: CommitCheck, rules: Rules) -> str:
    """The check's page."""
    return f"{rules.public_url}/builds/{check.id}"


def _is_begun(check: CommitCheck, store: Store, clock: Clock) -> bool:
    """Whether its beginning was told, or may have been; what was not is not told any more."""
    begun = _begun(check, store)
    if begun is None or begun.sent is ReportState.DROPPED:
        return False
    if begun.sent is ReportState.WAITING and begun.attempt == 0:
        # Nothing happens to it if somebody has taken it meanwhile; else nobody will from now on.
        store.postpone_report(begun, clock() + OUT_OF_REACH)
        begun = _begun(check, store) or begun
    if begun.sent is ReportState.WAITING and begun.attempt == 0:
        store.settle_report(begun.id, ReportState.DROPPED)
        return False
    return True


def _begun(check: CommitCheck, store: Store) -> Report | None:
    wanted = report_id(check.id, check.round, ReportKind.STARTED_CHECK)
    return next((each for each in store.reports(check.id) if each.id == wanted), None)


def _report(check: CommitCheck, kind: ReportKind, url: str, now: datetime) -> Report:
    return Report(
        id=report_id(check.id, check.round, kind),
        build_id=check.id,
        kind=kind,
        repository=check.repository,
        commit=check.head.commit,
        state=CommitState.PENDING,
        text="",
        target_url=url,
        created_at=now,
        not_before=now,
        aside=True,
    )
