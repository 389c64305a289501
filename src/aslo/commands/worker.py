"""`aslo worker`: build, and tell developers."""

import os
import socket

import click

from aslo import bootstrap, starting
from aslo import worker as edge
from aslo.celery_worker import CeleryWorker
from aslo.config import Config


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Builds at once, with a broker.",
)
def worker(concurrency: int) -> None:
    """Work builds: poll the store, or listen to the broker of ASLO_BROKER."""
    config = Config.from_environ(os.environ)
    starting.require_home(config)
    bootstrap.set_up_logging(config)
    starting.announce(config, "worker")
    if config.metrics_listen:
        starting.require_metrics_listen(config)

    def export() -> None:
        if config.metrics_listen:
            bootstrap.export_metrics(config)

    def make() -> edge.Worker:
        owner = f"{socket.gethostname()}-{os.getpid()}"
        return bootstrap.worker(config, owner)

    if config.broker:
        CeleryWorker(*bootstrap.celery(config), make, export).run(concurrency)
    else:
        export()
        edge.poll(make())
