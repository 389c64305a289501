"""How Gunicorn runs the web, whoever starts it: `gunicorn -c python:aslo.gunicorn_settings`.

Gunicorn reads its settings from the names of this module, so that its import reads the
environment (docs.gunicorn.org: "Configuration File").
"""

import gc
import os
from pathlib import Path

from aslo.config import Config
from aslo.supervisor import GRACE_SECONDS

_CONFIG = Config.from_environ(os.environ)
_LINES = "aslo.gunicorn_lines"
_WORKERS = "aslo.gunicorn_workers"
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Gunicorn's heartbeat files cost no disk

wsgi_app = "aslo.wsgi:app"
bind = _CONFIG.listen
workers = _CONFIG.web_workers
worker_class = f"{_WORKERS}.EvenWorker"
threads = _CONFIG.web_threads
# Longer than a client pauses between two requests, so that none meets a closing connection.
keepalive = 65
# As long as nginx lets through: an updater shall get its own answer, not one of Gunicorn's.
limit_request_line = 8190
# A thread that waits for a slow record is no reason to kill the process: the threads beside it
# answer. The process itself must turn its loop.
timeout = 60
# Its processes end before the supervisor would kill their parent and leave them behind.
graceful_timeout = GRACE_SECONDS // 2
loglevel = _CONFIG.log_level
logger_class = f"{_LINES}.Lines"
# Its default is in the home of whoever starts it, shared by every site of that user.
control_socket_disable = True
# Who calls is told by the web server in front, and only that one is believed.
forwarded_allow_ips = "127.0.0.1,::1"
# Whoever asks has no say in where the application stands.
forwarder_headers = ""
if _SHARED_MEMORY.is_dir():
    worker_tmp_dir = str(_SHARED_MEMORY)


def post_worker_init(worker: object) -> None:
    """Leave what was loaded at the start out of each round of the garbage collector, in which all
    threads stand still."""
    del worker
    gc.collect()
    gc.freeze()
