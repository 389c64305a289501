"""`aslo serve`: the web under Gunicorn and one worker, supervised."""

import os

import click

from aslo import bootstrap
from aslo.config import Config
from aslo.whole_site import supervisor


@click.command()
def serve() -> None:
    """Run the whole site on this machine; Ctrl-C ends it."""
    config = Config.from_environ(os.environ)
    config.require_web()
    bootstrap.set_up_logging(config)
    click.echo(f"The site is on {config.public_url}")
    supervisor(config, os.environ).run()
