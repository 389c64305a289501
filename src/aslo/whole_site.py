"""The programs of a whole site on one machine: the web under Gunicorn, and one worker."""

import sys
from collections.abc import Mapping

from aslo.supervisor import Child, Supervisor

SETTINGS = "aslo.gunicorn_settings"


def supervisor(environ: Mapping[str, str]) -> Supervisor:
    """Both programs, not yet started."""
    worker = [sys.executable, "-m", "aslo", "worker"]
    return Supervisor([Child("web", web_command(), environ), Child("worker", worker, environ)])


def web_command() -> list[str]:
    """How Gunicorn is started; its settings are in aslo.gunicorn_settings."""
    return [sys.executable, "-m", "gunicorn", "--config", f"python:{SETTINGS}"]
