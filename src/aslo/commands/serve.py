"""`aslo serve`: the web under Gunicorn and one worker, supervised."""

import os

import click

from aslo import bootstrap, starting
from aslo.config import Config
from aslo.whole_site import supervisor


@click.command()
def serve() -> None:
    """Run the whole site on this machine; Ctrl-C ends it."""
    config = Config.from_environ(os.environ)
    config.require_web()
    starting.require_home(config)
    starting.require_listen(config)
    bootstrap.set_up_logging(config)
    starting.warn_of_address(config)
    click.echo(f"Starting the site on {config.listen}; its address is {config.public_url}")
    supervisor(os.environ).run()
