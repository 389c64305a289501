"""`aslo migrate`: bring the record up to the schema of this version."""

import os

import click

from aslo import bootstrap
from aslo.config import Config


@click.command()
def migrate() -> None:
    """Bring the record up to the schema of this ASLO; it is safe to run it again."""
    config = Config.from_environ(os.environ)
    before, after = bootstrap.migrate(config)
    done = f"schema {after}, nothing to do" if before == after else f"schema {before} to {after}"
    click.echo(f"{bootstrap.record_place(config)}: {done}")
