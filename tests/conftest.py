"""What every tier shares: a test says what it needs, and a missing need is never silent."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.buckets import bucket, object_store
from fixtures.machines import may_make_machines
from fixtures.rootless import may_start_engine

__all__ = ["bucket", "object_store"]


def _answers(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return False  # an engine that hangs is none
    return done.returncode == 0


def _has_mongodb() -> bool:
    return "ASLO_TEST_MONGODB" in os.environ or SECANTUS.exists()


# Beside the Python that runs the tests: a MongoDB-compatible server from the pinned packages.
SECANTUS = Path(sys.executable).with_name("secantusd-py")

SOUP = "import gi; gi.require_version('Soup', '2.4')"

NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "bubblewrap": (
        lambda: _answers("bwrap", "--ro-bind", "/", "/", "--unshare-net", "true"),
        "apt-get install bubblewrap",
    ),
    "chromium": (lambda: _answers("chromium", "--version"), "apt-get install chromium"),
    "debian": (lambda: _answers("apt-get", "--version"), "a Debian machine"),
    "docker": (
        lambda: _answers("docker", "image", "inspect", "aslo-build"),
        "a Docker engine with our image: make image",
    ),
    "compose": (lambda: _answers("docker-compose", "version"), "apt-get install docker-compose"),
    "machines": (may_make_machines, "root's rights and apt-get install iproute2"),
    "mongodb": (_has_mongodb, "make dev, or ASLO_TEST_MONGODB=mongodb://... of a server for tests"),
    "nginx": (lambda: _answers("nginx", "-v"), "apt-get install nginx-light"),
    "npm": (lambda: _answers("npm", "--version"), "apt-get install npm"),
    "promtool": (lambda: _answers("promtool", "--version"), "apt-get install prometheus"),
    "rabbitmq": (
        lambda: shutil.which("rabbitmq-server") is not None,
        "apt-get install rabbitmq-server",
    ),
    "redis": (lambda: _answers("redis-server", "--version"), "apt-get install redis-server"),
    "rootless": (
        may_start_engine,
        "root's rights and apt-get install docker.io rootlesskit uidmap",
    ),
    "site-image": (
        lambda: _answers("docker", "image", "inspect", "aslo"),
        "a Docker engine with the site's image: make images",
    ),
    "secantus": (SECANTUS.exists, "make dev"),
    "sugar": (
        lambda: _answers("/usr/bin/python3", "-c", "import sugar3.bundle.activitybundle"),
        "apt-get install python3-sugar3 gir1.2-gtk-3.0 gettext unzip",
    ),
    "sugar-shell": (
        lambda: (
            _answers("/usr/bin/python3", "-c", SOUP)
            and all(map(shutil.which, ("glib-compile-schemas", "update-mime-database")))
        ),
        "apt-get install gir1.2-soup-2.4 libglib2.0-bin shared-mime-info",
    ),
    "systemd": (lambda: _answers("systemd-analyze", "--version"), "apt-get install systemd"),
    "w3m": (lambda: _answers("w3m", "-version"), "apt-get install w3m"),
    "zip": (lambda: _answers("zip", "-v"), "apt-get install zip"),
}


@functools.cache
def _present(need: str) -> bool:
    return NEEDS[need][0]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"needs(*names): what the test needs of {', '.join(NEEDS)}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for need in marker.args:
            if _present(need):
                continue
            message = f"{need} is missing: {NEEDS[need][1]}"
            if os.environ.get("ASLO_TEST_REQUIRE"):
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
