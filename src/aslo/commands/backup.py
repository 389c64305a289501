"""`aslo backup`: a snapshot of the store, taken while it works."""

import os
import sys
from pathlib import Path

import click

from aslo import bootstrap
from aslo.commands.progress import watched
from aslo.config import Config
from aslo.domain.errors import BackupError
from aslo.ports import Backup, Snapshot
from aslo.services import backup as backups
from aslo.services.restore import choose

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command()
@FOLDER
@click.option("--keep", type=click.IntRange(1), help="Remove all but that many snapshots.")
@click.option("--verify", is_flag=True, help="Take none; read the newest snapshot again.")
@click.option("--snapshot", "name", help="The snapshot that --verify reads; the newest otherwise.")
def backup(folder: Path, keep: int | None, name: str | None, *, verify: bool) -> None:
    """Take a snapshot of the record and the files into FOLDER, while the site runs.

    Exit code 1 if a file that the record names is missing, or (--verify) if something is damaged.
    """
    config = Config.from_environ(os.environ)
    if verify:
        kept = require_backup(folder)
        _verify(choose(name, backup=kept), kept)
        return
    if name is not None:
        raise click.UsageError("--snapshot goes with --verify")
    kept = bootstrap.backup(folder)
    snapshot = _take(config, kept)
    if keep is not None:
        gone = backups.thin_out(keep, backup=kept)
        click.echo(f"{len(kept.snapshots())} snapshots kept, {gone} files removed")
    if snapshot.missing:
        sys.exit(1)


def _take(config: Config, kept: Backup) -> Snapshot:
    store = bootstrap.store_that_is_there(config)
    try:
        snapshot = backups.back_up(
            store=store,
            files=bootstrap.files(config),
            backup=kept,
            clock=bootstrap.utc_now,
            watch=watched("copying files"),
        )
    finally:
        store.close()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(snapshot.counts.items()))
    size = sum(file.size_bytes for file in snapshot.files.values())
    click.echo(f"snapshot {snapshot.name}: {told or 'nothing'}")
    click.echo(f"{len(snapshot.files)} files, {size / 1e6:.1f} MB")
    for sha256 in snapshot.missing:
        click.echo(f"missing or damaged at rest: {sha256}", err=True)
    return snapshot


def _verify(snapshot: Snapshot, kept: Backup) -> None:
    found = backups.damage(snapshot, backup=kept, watch=watched("reading files"))
    for each in found:
        click.echo(f"damaged: {each}", err=True)
    for sha256 in snapshot.missing:
        click.echo(f"was missing already when it was taken: {sha256}", err=True)
    if found:
        sys.exit(1)
    click.echo(f"snapshot {snapshot.name} is whole: {len(snapshot.files)} files")


def require_backup(folder: Path) -> Backup:
    """The backup in a folder; BackupError if the folder is not there."""
    if not folder.is_dir():
        raise BackupError(f"there is no folder {folder}")
    return bootstrap.backup(folder)
