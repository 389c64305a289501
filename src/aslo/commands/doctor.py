"""`aslo doctor`: what this machine lacks, and how to get it."""

import os
import sys

import click

from aslo import bootstrap
from aslo import doctor as examination
from aslo.config import Config
from aslo.probing import probes


@click.command()
def doctor() -> None:
    """Tell what is missing on this machine and how to get it; exit code 1 if ASLO cannot run."""
    config = Config.from_environ(os.environ)
    findings = examination.examine(config, probes(config), bootstrap.utc_now())
    examination.show(findings)
    sys.exit(0 if examination.healthy(findings) else 1)
