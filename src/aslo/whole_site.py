"""The programs of a whole site on one machine: the web under Gunicorn, and one worker."""

import sys
from collections.abc import Mapping
from pathlib import Path

from aslo.config import Config
from aslo.supervisor import GRACE_SECONDS, Child, Supervisor

THREADS = 4
KEEP_ALIVE_SECONDS = 65
LINES = "aslo.gunicorn_lines"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Gunicorn's heartbeat files cost no disk


def supervisor(config: Config, environ: Mapping[str, str]) -> Supervisor:
    """Both programs, not yet started."""
    worker = [sys.executable, "-m", "aslo", "worker"]
    return Supervisor(
        [Child("web", web_command(config), environ), Child("worker", worker, environ)]
    )


def web_command(config: Config) -> list[str]:
    """How Gunicorn is started."""
    command = [sys.executable, "-m", "gunicorn", "aslo.wsgi:app", "--bind", config.listen]
    command += ["--workers", str(config.web_workers), "--threads", str(THREADS)]
    # Longer than a client pauses between two requests, so that none meets a closing connection.
    command += ["--keep-alive", str(KEEP_ALIVE_SECONDS), "--log-level", config.log_level]
    command += ["--logger-class", f"{LINES}.Lines"]
    # Its default is in the home of whoever starts it, shared by every site of that user.
    command += ["--no-control-socket"]
    # Its processes end before the supervisor would kill their parent and leave them behind.
    command += ["--graceful-timeout", str(GRACE_SECONDS // 2)]
    if SHARED_MEMORY.is_dir():
        command += ["--worker-tmp-dir", str(SHARED_MEMORY)]
    return command
