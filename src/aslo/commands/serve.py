"""`aslo serve`: the web under Gunicorn and one worker, supervised."""

import os
import sys

import click

from aslo import bootstrap
from aslo.config import Config
from aslo.supervisor import Child, Supervisor


@click.command()
def serve() -> None:
    """Run the whole site on this machine; Ctrl-C ends it."""
    config = Config.from_environ(os.environ)
    config.require_web()
    bootstrap.set_up_logging(config)
    click.echo(f"The site is on {config.public_url}")
    supervisor(config, os.environ).run()


def supervisor(config: Config, environ: "os._Environ[str] | dict[str, str]") -> Supervisor:
    """The two programs of a whole site, not yet started."""
    return Supervisor(
        [
            Child("web", web_command(config), environ),
            Child("worker", [sys.executable, "-m", "aslo", "worker"], environ),
        ]
    )


def web_command(config: Config) -> list[str]:
    """How Gunicorn is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "aslo.wsgi:app"),
        *("--bind", config.listen),
        *("--workers", str(config.web_workers), "--threads", "4"),
        *("--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"),
    ]
