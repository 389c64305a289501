"""Tell the developer on the commit, twice: when work starts, and when it has ended."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from aslo.domain import message
from aslo.domain.activity import Release, ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import ForgeError, ForgeHeldError, NotFoundError, OutageError, SiteError
from aslo.domain.report import Annotation, CommitState, Report, ReportKind, ReportState, report_id
from aslo.domain.version import ActivityVersion
from aslo.domain.voice import ENGLISH, Voice
from aslo.ports import Clock, Forge, Site, Store
from aslo.services.workbench import Rules

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
NOTHING = timedelta()
FIRST_BACKOFF = timedelta(seconds=1)
PATIENT_ATTEMPTS = 3
LONGEST_BACKOFF = timedelta(hours=1)
MAX_ATTEMPTS = 40
GONE_ATTEMPTS = 6
"""A commit that is missing for half a minute may only be hidden by trouble of the forge."""
UNSURE = timedelta(seconds=30)
"""GitHub works on a request for ten seconds at most: before that, a comment whose answer was lost
may be on its way, and be looked for in vain."""
LATE = timedelta(minutes=1)

STARTED_STATUS, FINAL_STATUS = ReportKind.STARTED_STATUS, ReportKind.FINAL_STATUS
STARTED_CHECK, FINAL_CHECK = ReportKind.STARTED_CHECK, ReportKind.FINAL_CHECK
CHECKS = (STARTED_CHECK, FINAL_CHECK)
"""Written as a status where the App is not installed."""
COMMENTS = (ReportKind.STARTED_COMMENT, ReportKind.FINAL_COMMENT)
OVERTAKEN_BY = {STARTED_STATUS: FINAL_STATUS, STARTED_CHECK: FINAL_CHECK}

COMMIT_STATES = {
    BuildState.PUBLISHED: CommitState.SUCCESS,
    BuildState.SUPERSEDED: CommitState.SUCCESS,
    BuildState.FAILED: CommitState.FAILURE,
}
"""How a build's end looks on the forge; every other end is an error."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a build: in a line, in Markdown, and at lines of its files."""

    short: str
    long: str
    annotations: tuple[Annotation, ...]


def started(
    build: Build, *, store: Store, clock: Clock, rules: Rules, voice: Voice = ENGLISH
) -> None:
    """Put "started" into the outbox, once a round, unless that is a quiet one."""
    if build.quiet:
        return
    url = build_url(build, rules.public_url)
    said = Said(
        message.started_status(build, voice), message.started_comment(build, url, voice), ()
    )
    kinds = (STARTED_CHECK if rules.checks else STARTED_STATUS, ReportKind.STARTED_COMMENT)
    _post(build, CommitState.PENDING, kinds, said, url, store=store, clock=clock)


def tell(build: Build, *, store: Store, clock: Clock, rules: Rules, voice: Voice = ENGLISH) -> None:
    """Put the end of a build into the outbox, once a round, unless that is a quiet one, and mark
    the build as told."""
    if build.commit is not None and not build.quiet:
        url = build_url(build, rules.public_url)
        release = _release(build, store)
        page = None if release is None else _page(release, rules)
        said = Said(
            message.final_status(build, voice),
            message.final_comment(build, url, page, f"{rules.public_url}/problems", voice),
            message.annotations(build.problems, voice),
        )
        kinds = (FINAL_CHECK if rules.checks else FINAL_STATUS, ReportKind.FINAL_COMMENT)
        state = _commit_state(build)
        _post(build, state, kinds, said, url, store=store, clock=clock)
    store.replace_build(build, replace(build, told=True))


def send_next(
    owner: str, *, store: Store, forge: Forge, site: Site, clock: Clock, aside: bool = False
) -> Report | None:
    """Send the oldest report that is due, of checks of commits or of all else, and return it; None
    when nothing is due."""
    report = store.claim_report(owner, clock(), LEASE, aside=aside)
    if report is None:
        return None
    if _is_overtaken(report, store=store, clock=clock):
        store.settle_report(report.id, ReportState.DROPPED)
        return report
    try:
        _send(report, store=store, forge=forge, site=site, clock=clock)
    except NotFoundError as error:
        _postpone(report, str(error), NOTHING, GONE_ATTEMPTS, store=store, clock=clock)
    except ForgeHeldError as error:
        # Nothing was tried, so the next try is what this one would have been.
        store.postpone_report(report, clock() + error.pause, untried=True)
    except OutageError as error:
        _postpone(report, str(error), _pause(report, error), store=store, clock=clock)
    except Exception as error:
        # One report that cannot be sent must not be tried for ever, nor hold up the others.
        logger.exception("report %s broke", report.id)
        _postpone(report, repr(error), UNSURE, store=store, clock=clock)
    else:
        store.settle_report(report.id, ReportState.SENT)
    return report


def build_url(build: Build, public_url: str) -> str:
    """The build's page."""
    return f"{public_url}/builds/{build.id}"


def page_path(release: Release) -> str:
    """The permanent path of a release's page."""
    return f"/{release.bundle_id}/{release.version}"


def download_path(release: Release) -> str:
    """The path of a release's bundle."""
    return f"/download/{release.bundle_id}/{release.version}/{release.file_name}"


def _post(
    build: Build,
    state: CommitState,
    kinds: tuple[ReportKind, ReportKind],
    said: Said,
    url: str,
    *,
    store: Store,
    clock: Clock,
) -> None:
    now = clock()
    for kind in kinds:
        is_check = kind in CHECKS
        report = Report(
            id=report_id(build.id, build.round, kind),
            build_id=build.id,
            kind=kind,
            repository=build.repository,
            commit=build.commit or "",
            state=state,
            text=said.long if kind in COMMENTS else said.short,
            target_url=url,
            created_at=now,
            not_before=now,
            confirm=build.state is BuildState.PUBLISHED,
            summary=said.long if is_check else "",
            annotations=said.annotations if is_check else (),
        )
        store.add_report(report)


def _send(report: Report, *, store: Store, forge: Forge, site: Site, clock: Clock) -> None:
    # Then another may have it: what is not begun by then is left to whoever claims it next.
    until = report.not_before
    if report.confirm:
        _confirm(report, store=store, site=site)
    if clock() >= until:
        raise OutageError("the public site took longer to answer than a report may be held")
    # Whoever claims it again cannot know what became of it, and looks for it first.
    first = report.attempt == 1 and not store.throttle().is_in_doubt(clock())
    if report.kind in CHECKS and forge.acts_as_app(report.repository):
        forge.set_check(
            report.repository, report.commit, report.check, first_try=first, until=until
        )
        return
    if report.aside:
        return  # A status cannot say it, and only an App was told of the commit.
    if report.kind not in COMMENTS:
        forge.set_status(
            report.repository,
            report.commit,
            report.state,
            report.text,
            report.target_url,
            until=until,
        )
        return
    forge.comment(
        report.repository, report.commit, report.text, report.id, first_try=first, until=until
    )


def _is_overtaken(report: Report, *, store: Store, clock: Clock) -> bool:
    """Whether the end that waits behind it would hide it in the same moment: then it is not worth
    one of the few writes of an hour."""
    final = OVERTAKEN_BY.get(report.kind)
    if final is None or clock() - report.created_at < LATE:
        return False
    return any(
        each.kind is final and each.check.key == report.check.key
        for each in store.reports(report.build_id)
    )


def _confirm(report: Report, *, store: Store, site: Site) -> None:
    """Nothing is called listed before the public page and file have been fetched back; what was
    withdrawn meanwhile is not there to be fetched."""
    build = store.build(report.build_id)
    release = None if build is None else _release(build, store)
    if release is not None and release.lost:
        raise SiteError(f"{release.bundle_id} {release.version} waits for its bundle")
    if release is not None and release.state is ReleaseState.LISTED:
        site.confirm(page_path(release), download_path(release), release.bundle.sha256)


def _commit_state(build: Build) -> CommitState:
    if build.is_held:
        return CommitState.PENDING
    return COMMIT_STATES.get(build.state, CommitState.ERROR)


def _page(release: Release, rules: Rules) -> str | None:
    """The address of a release's page; a held one has none yet."""
    is_held = release.state is ReleaseState.HELD
    return None if is_held else rules.public_url + page_path(release)


def _release(build: Build, store: Store) -> Release | None:
    if build.bundle_id is None or build.version is None:
        return None
    return store.release(build.bundle_id, ActivityVersion.parse(build.version).key)


def _pause(report: Report, error: OutageError) -> timedelta:
    unsure = isinstance(error, ForgeError) and report.kind in COMMENTS
    return max(error.retry_after or NOTHING, UNSURE if unsure else NOTHING)


def _postpone(
    report: Report,
    cause: str,
    pause: timedelta,
    attempts: int = MAX_ATTEMPTS,
    *,
    store: Store,
    clock: Clock,
) -> None:
    if report.attempt >= attempts:
        logger.error("report %s is given up after %d tries: %s", report.id, report.attempt, cause)
        store.settle_report(report.id, ReportState.DROPPED)
        return
    # The site lags a moment behind the record, so the first refusals are nothing to wake for.
    level = logging.INFO if report.attempt <= PATIENT_ATTEMPTS else logging.WARNING
    logger.log(level, "report %s waits: %s", report.id, cause)
    backoff = min(FIRST_BACKOFF * 2 ** min(report.attempt, 12), LONGEST_BACKOFF)
    store.postpone_report(report, clock() + max(backoff, pause))
