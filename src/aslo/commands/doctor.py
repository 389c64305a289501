"""`aslo doctor`: what this machine lacks, and how to get it."""

import os
import sys

import click

from aslo import bootstrap
from aslo import doctor as examination
from aslo.config import Config
from aslo.probing import probes


@click.command()
@click.option(
    "--for",
    "role",
    type=click.Choice(tuple(examination.NOT_FOR)),
    default="site",
    show_default=True,
    help="What this machine runs: only what that needs is looked at.",
)
def doctor(role: str) -> None:
    """Tell what is missing on this machine and how to get it; exit code 1 if ASLO cannot run."""
    config = Config.from_environ(os.environ)
    findings = examination.examine(config, probes(config, role), bootstrap.utc_now(), role)
    examination.show(findings)
    sys.exit(0 if examination.healthy(findings) else 1)
