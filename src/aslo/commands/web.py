"""`aslo web`: the web under Gunicorn, and nothing else."""

import os
import sys

import click

from aslo import bootstrap, starting
from aslo.config import Config
from aslo.whole_site import web_command, web_environ


@click.command()
def web() -> None:
    """Run the web alone, on a machine where no worker is, or where another program runs it."""
    config = Config.from_environ(os.environ)
    config.require_web()
    starting.require_home(config)
    starting.require_listen(config)
    bootstrap.set_up_logging(config)
    starting.warn_of_address(config)
    # In the place of this program, so that signals and exit codes are Gunicorn's own.
    os.execve(sys.executable, web_command(), web_environ(os.environ))  # noqa: S606 - no shell is wanted
