"""`aslo transfer`: the record moved into another store."""

import os
import sys
from dataclasses import replace
from typing import TextIO

import click

from aslo import bootstrap
from aslo.config import Config, settings
from aslo.services import transfer as transfers


@click.command()
@click.argument("url", required=False)
@click.option(
    "--url-file",
    type=click.File(),
    help="Read the URL from there: one with a password is seen by all in the list of processes.",
)
def transfer(url: str | None, url_file: TextIO | None) -> None:
    """Copy the record of ASLO_STORE into the empty one at URL (as ASLO_STORE names stores).

    Stop the site first. Exit code 1 if something could not be read and was left behind.
    """
    config = Config.from_environ(os.environ)
    if (url is None) == (url_file is None):
        raise click.UsageError("give the URL, or --url-file")
    url = url if url_file is None else url_file.read().strip()
    url = url or ""
    try:
        settings()["store"].read(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
    target = bootstrap.store(replace(config, store=url))
    source = bootstrap.store_that_is_there(config)
    try:
        if running := source.figures().running:
            click.echo(f"{running} builds are being worked: is the site stopped?", err=True)
        tally = transfers.transfer(source=source, target=target)
    finally:
        source.close()
        target.close()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.counts.items()))
    click.echo(f"copied and read back: {told or 'nothing'}")
    click.echo("Now set ASLO_STORE to the new one, and start the site.")
    for item in tally.unreadable:
        click.echo(f"left behind, it cannot be read: {item.kind} {item.key}", err=True)
    if tally.unreadable:
        sys.exit(1)
