"""`aslo beat`: the clock for what is done once for a site."""

import os

import click

from aslo import bootstrap, starting
from aslo.celery_worker import run_beat
from aslo.config import Config, ConfigError


@click.command()
def beat() -> None:
    """Tell workers over the broker what is due for the whole site; run one of it."""
    config = Config.from_environ(os.environ)
    if not config.broker:
        raise ConfigError(["ASLO_BROKER is not set: without a broker each worker looks itself"])
    starting.require_home(config)
    bootstrap.set_up_logging(config)
    starting.announce(config, "beat")
    app, _ = bootstrap.celery(config)
    run_beat(app, config.home / "beat")
