"""Set the demo up: a simulated forge in this process, the whole site beside it."""

import fcntl
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from aslo.demo.place import CLIENT_ID, DemoError, Place, remembered, secret_of
from aslo.demo.watching import SiteClient
from aslo.simulator import Simulator
from aslo.whole_site import supervisor

STRANGER = "demo-stranger"
"""Somebody who may write to none of the samples."""
LOCK = "demo.lock"


@contextmanager
def stage(folder: Path, port: int) -> Iterator[Place]:
    """A running site on `port` and a running forge, both kept in `folder`, until the end."""
    _refuse_taken(port)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        yield from _staged(folder, port)


def running(folder: Path) -> Place:
    """The demo that runs in a folder; DemoError if none does."""
    place, lock = remembered(folder), folder / LOCK
    # What is remembered outlives a demo; the lock does not.
    with suppress(BlockingIOError), lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        raise DemoError(f"no demo is running in {folder}")
    return place


def _staged(folder: Path, port: int) -> Iterator[Place]:
    site_url, secret = f"http://127.0.0.1:{port}", secret_of(folder)
    forge = Simulator(folder / "forge", secret, webhook_url=f"{site_url}/api/hook")
    place = Place(folder, site_url, forge.start(_former_port(folder)), secret)
    place.save()
    forge.webhooks.tells_comments = True
    forge.add_oauth_app(CLIENT_ID, place.client_secret, f"{site_url}/account/")
    forge.hosting.user(STRANGER)
    try:
        with _site(place, port):
            yield place
    finally:
        forge.stop()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder: two demos in one would take the forge's address from each other."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = remembered(folder).site_url
            raise DemoError(f"a demo runs in {folder} already, at {where}") from None
        yield


@contextmanager
def _site(place: Place, port: int) -> Iterator[None]:
    environ = place.environ(dict(os.environ), port)
    running = supervisor(environ)
    thread = threading.Thread(target=running.run, name="site")
    thread.start()
    try:
        SiteClient(place.site_url).wait_until_up()
        yield
    finally:
        running.stop()
        thread.join()


def _refuse_taken(port: int) -> None:
    if not _is_free(port):
        raise DemoError(f"port {port} is taken: `make demo PORT=8001`, or `aslo demo --port 8001`")


def _former_port(folder: Path) -> int:
    """The forge's port of last time, for its addresses are kept in the record; or any."""
    try:
        port = urlsplit(remembered(folder).forge_url).port or 0
    except DemoError:
        return 0
    return port if _is_free(port) else 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
