"""The servers that are compared, under the same Gunicorn settings."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from aslo.config import Config
from aslo.whole_site import web_environ
from fixtures.live import free_port

SECRET = "a secret of the bench"
STARTS_WITHIN_SECONDS = 30
AS_INSTALLED = Path(__file__).with_name("as_installed")
"""Comes first for the servers: what they would not find where an operator installed them."""
_GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "python:aslo.gunicorn_settings")


@dataclass
class Site:
    """A web server that runs, and its processes."""

    address: tuple[str, int]
    config: Config
    environ: Mapping[str, str]
    processes: list[subprocess.Popen[bytes]]

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environ(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a site in a folder; settings are ASLO_ names in lower case."""
    kept = web_environ({k: v for k, v in os.environ.items() if not k.startswith("ASLO_")})
    port = free_port()
    return kept | {
        "PYTHONPATH": str(AS_INSTALLED),
        "ASLO_HOME": str(home),
        "ASLO_WEBHOOK_SECRET": SECRET,
        "ASLO_LISTEN": f"127.0.0.1:{port}",
        **{f"ASLO_{name.upper()}": value for name, value in settings.items()},
    }


@contextmanager
def store(home: Path, *, worker: bool = False, **settings: str) -> Iterator[Site]:
    """This store under Gunicorn, with a worker beside it or without."""
    given = environ(home, **settings)
    commands = [list(_GUNICORN)]
    if worker:
        commands.append([sys.executable, "-m", "aslo", "worker"])
    with _running(commands, given, home) as site:
        yield site


@contextmanager
def bare(home: Path) -> Iterator[Site]:
    """An application of a few lines under the very same settings."""
    command = [*_GUNICORN, "--chdir", str(Path(__file__).parent), "bare_flask:app"]
    with _running([command], environ(home), home) as site:
        yield site


@contextmanager
def _running(commands: list[list[str]], given: Mapping[str, str], home: Path) -> Iterator[Site]:
    home.mkdir(parents=True, exist_ok=True)
    host, _, port = given["ASLO_LISTEN"].rpartition(":")
    site = Site((host, int(port)), Config.from_environ(given), given, [])
    with (home / "programs.log").open("ab") as log:
        try:
            for command in commands:
                site.processes.append(
                    subprocess.Popen(
                        command, env=given, stdout=log, stderr=log, start_new_session=True
                    )
                )
            _wait_for(site.url, home / "programs.log")
            yield site
        finally:
            _end(site)


def _end(site: Site) -> None:
    for process in site.processes:
        process.terminate()
    for process in site.processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    site.kill()


def _wait_for(url: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/healthz")
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer: {log.read_text()[-2000:]}")
