"""The programs of a whole site on one machine: the web under Gunicorn, and one worker."""

import sys
from collections.abc import Mapping

from aslo.supervisor import Child, Supervisor

SETTINGS = "aslo.gunicorn_settings"
# The C library would give the threads of the web sixteen heaps, each with holes of its own, and
# reads this when a process starts (man mallopt: M_ARENA_MAX).
_FEW_HEAPS = {"MALLOC_ARENA_MAX": "2"}


def supervisor(environ: Mapping[str, str]) -> Supervisor:
    """Both programs, not yet started."""
    worker = [sys.executable, "-m", "aslo", "worker"]
    web = Child("web", web_command(), web_environ(environ))
    return Supervisor([web, Child("worker", worker, environ)])


def web_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the web: the given one, and few heaps unless it says how many."""
    return {**_FEW_HEAPS, **environ}


def web_command() -> list[str]:
    """How Gunicorn is started; its settings are in aslo.gunicorn_settings."""
    return [sys.executable, "-m", "gunicorn", "--config", f"python:{SETTINGS}"]
