"""`aslo restore`: an empty store filled from a backup."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from aslo import bootstrap, starting
from aslo.commands.backup import FOLDER, require_backup
from aslo.commands.progress import watched
from aslo.config import Config
from aslo.services import restore as restores


@click.command()
@FOLDER
@click.option("--snapshot", "name", help="Which one; the newest otherwise.")
def restore(folder: Path, name: str | None) -> None:
    """Fill the empty record of ASLO_STORE, and the files, from the backup in FOLDER.

    Exit code 1 if the backup holds what could not be read when it was taken.
    """
    config = Config.from_environ(os.environ)
    kept = require_backup(folder)
    snapshot = restores.choose(name, backup=kept)
    starting.require_home(config)
    store = bootstrap.store(config)
    try:
        unreadable = restores.restore(
            snapshot,
            store=store,
            files=bootstrap.files(config),
            backup=kept,
            clock=lambda: datetime.now(UTC),
            watch=watched("copying files"),
        )
    finally:
        store.close()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(snapshot.counts.items()))
    click.echo(f"restored {snapshot.name}: {told or 'nothing'}")
    for sha256 in snapshot.missing:
        click.echo(f"was missing already when it was taken: {sha256}", err=True)
    for item in unreadable:
        click.echo(f"left out, it cannot be read: {item.kind} {item.key}", err=True)
    if unreadable or snapshot.missing:
        sys.exit(1)
