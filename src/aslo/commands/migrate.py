"""`aslo migrate`: the record brought up to the schema of this version."""

import os

import click

from aslo import bootstrap
from aslo.config import Config


@click.command()
def migrate() -> None:
    """Bring the record of ASLO_STORE up to the schema of this version; there is no way back."""
    before, after = bootstrap.migrate(Config.from_environ(os.environ))
    if before == after:
        click.echo(f"schema {after}: nothing to do")
    else:
        click.echo(f"schema {before} is now {after}")
