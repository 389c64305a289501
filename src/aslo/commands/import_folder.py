"""`aslo import FOLDER`: the bundles and the git trees below a folder."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aslo import bootstrap, starting
from aslo.commands.import_report import show, write
from aslo.config import Config
from aslo.domain.errors import OutageError
from aslo.domain.import_errors import LocalTreeError
from aslo.domain.imported import ImportOutcome, ImportReport, PassedOver
from aslo.ports import Store
from aslo.services import resuming, survey, tree_survey
from aslo.services.resuming import Journal
from aslo.services.survey import Candidate, Found

if TYPE_CHECKING:
    from aslo.domain.local_tree import LocalTree


@dataclass(frozen=True, slots=True)
class Findings:
    """What lies below a folder."""

    files: list[Found]
    tags: list[Candidate]
    passed_over: list[PassedOver]


def run(folder: Path, report: Path | None, config: Config, *, dry_run: bool) -> None:
    """Import what is below a folder, tell of it, and end with the exit code that it means."""
    found = _look(folder)
    if not dry_run:
        starting.require_home(config)
    told = ImportReport(passed_over=found.passed_over)
    try:
        with (
            nullcontext() if dry_run else bootstrap.import_turn(config),
            tempfile.TemporaryDirectory(prefix="aslo-import-") as scratch,
        ):
            _import(found, told, config, Path(scratch), dry_run=dry_run)
    except OutageError:
        show(told, dry_run=dry_run)
        raise
    if report is not None:
        write(told, report, dry_run=dry_run)
    show(told, dry_run=dry_run)
    sys.exit(1 if told.refused else 0)


def _look(folder: Path) -> Findings:
    """What there is to import; BadParameter if that is nothing."""
    place = folder.resolve()
    trees: list[LocalTree] = []
    unread: list[PassedOver] = []
    for path in survey.trees(place):
        try:
            trees.append(bootstrap.read_tree(path))
        except LocalTreeError as error:
            unread.append(PassedOver(str(path), error.message))
    now = bootstrap.utc_now()
    tags = [each for tree in trees for each in tree_survey.in_order(tree, now)]
    found = Findings(list(survey.find(place)), tags, [*unread, *tree_survey.passed_over(trees)])
    if not found.files and not found.tags:
        raise click.BadParameter(_nothing(folder, found.passed_over), param_hint="FOLDER")
    return found


def _nothing(folder: Path, passed_over: list[PassedOver]) -> str:
    if len(passed_over) == 1:
        return f"{passed_over[0].name} cannot be imported: {passed_over[0].reason}"
    return f"neither a .xo file nor a git tree with a version as a tag is below {folder}"


def _import(
    found: Findings, told: ImportReport, config: Config, scratch: Path, *, dry_run: bool
) -> None:
    told.take(resuming.faulty(found.files))
    stamps, tags = [each.stamp for each in found.files if not each.fault], found.tags
    with closing(_store(config, scratch, dry_run=dry_run)) as store:
        journal = bootstrap.import_journal(config, store)
        known = resuming.still_true(
            [*stamps, *(each.stamp for each in tags)], journal.read(), store
        )
        told.take(known)
        done = {outcome.stamp for outcome in known}
        rest = [stamp for stamp in stamps if stamp not in done]
        tags = [each for each in tags if each.stamp not in done]
        if rest or tags:
            importer = bootstrap.importer(
                config, store, scratch, bundles=len(rest), dry_run=dry_run
            )
            groups = survey.in_order(rest, bootstrap.utc_now())
            _take(_shown(importer.run(groups), len(rest)), told, journal, dry_run=dry_run)
            if tags:
                builds = bootstrap.tree_importer(config, importer, scratch).run(tags)
                ones = _shown(([outcome] for outcome in builds), len(tags), "Building")
                _take(ones, told, journal, dry_run=dry_run)


def _take(
    outcomes: Iterable[list[ImportOutcome]],
    told: ImportReport,
    journal: Journal,
    *,
    dry_run: bool,
) -> None:
    for some in outcomes:
        told.take(some)
        if not dry_run:
            journal.note(resuming.worth_noting(some))


def _store(config: Config, scratch: Path, *, dry_run: bool) -> Store:
    return bootstrap.store_to_look_at(config, scratch) if dry_run else bootstrap.store(config)


def _shown(
    outcomes: Iterable[list[ImportOutcome]], length: int, label: str = "Importing"
) -> Iterator[list[ImportOutcome]]:
    """The same, and on a terminal how far it is."""
    away = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=away) as bar:
        for some in outcomes:
            yield some
            bar.update(len(some))
