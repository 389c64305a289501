"""`aslo import`: take a folder of bundles into the store."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aslo import bootstrap, starting
from aslo.commands.import_report import show, write
from aslo.config import Config
from aslo.domain.errors import OutageError
from aslo.domain.imported import ImportOutcome, ImportReport, Stamp
from aslo.ports import Store
from aslo.services import resuming, survey

if TYPE_CHECKING:
    from aslo.services.importing import Importer


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Check everything, and write nothing.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write what became of the files as JSON.",
)
def import_(folder: Path, report: Path | None, *, dry_run: bool) -> None:
    """Take every .xo file below FOLDER into the store, oldest first.

    Run it again at any time: what is there already stays as it is. Exit codes: 0 all are in,
    1 some were refused, 2 it could not be tried.
    """
    if report is not None and not report.parent.is_dir():
        raise click.BadParameter(f"there is no folder {report.parent}", param_hint="--report")
    found = list(survey.find(folder.resolve()))
    if not found:
        raise click.BadParameter(f"no .xo file is below {folder}", param_hint="FOLDER")
    config = Config.from_environ(os.environ)
    if not dry_run:
        starting.require_home(config)
    told = ImportReport()
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


def _import(
    found: list[survey.Found], told: ImportReport, config: Config, scratch: Path, *, dry_run: bool
) -> None:
    told.take(resuming.faulty(found))
    stamps = [each.stamp for each in found if not each.fault]
    with closing(_store(config, scratch, dry_run=dry_run)) as store:
        journal = bootstrap.import_journal(config, store)
        known = resuming.still_true(stamps, journal.read(), store)
        told.take(known)
        done = {outcome.stamp for outcome in known}
        if rest := [stamp for stamp in stamps if stamp not in done]:
            importer = bootstrap.importer(
                config, store, scratch, bundles=len(rest), dry_run=dry_run
            )
            for outcomes in _shown(importer, rest):
                told.take(outcomes)
                if not dry_run:
                    journal.note(resuming.worth_noting(outcomes))


def _store(config: Config, scratch: Path, *, dry_run: bool) -> Store:
    return bootstrap.store_to_look_at(config, scratch) if dry_run else bootstrap.store(config)


def _shown(importer: "Importer", stamps: list[Stamp]) -> Iterator[list[ImportOutcome]]:
    """Import, and show on a terminal how far it is."""
    away = not sys.stderr.isatty()
    bar = click.progressbar(length=len(stamps), label="Importing", file=sys.stderr, hidden=away)
    with bar:
        for outcomes in importer.run(survey.in_order(stamps, bootstrap.utc_now())):
            yield outcomes
            bar.update(len(outcomes))
