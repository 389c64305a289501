"""The demo as a newcomer meets it: two terminals, a browser, Ctrl-C."""

import html
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from fixtures.browser import browser
from fixtures.live import eventually, free_port

PICTURES = Path("build/pictures")


def aslo(*arguments):
    return [sys.executable, "-m", "aslo", *map(str, arguments)]


class Demo:
    """`aslo demo` in a folder, and what it has said so far."""

    def __init__(self, folder, port):
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.output = folder.parent / "output.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                aslo("demo", "--port", port, "--dir", folder),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self):
        return self.output.read_text()

    def wait_until_ready(self):
        eventually(lambda: "Ctrl-C ends the demo" in self.said(), 240)

    def stop(self):
        """Press Ctrl-C, as a terminal does: every process of it gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def running(self):
        """The programs of its site, known by the folder in their environment."""
        home = f"ASLO_HOME={self.folder}".encode()
        return [path.parent for path in Path("/proc").glob("[0-9]*/environ") if home in read(path)]


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    running = Demo(tmp_path_factory.mktemp("demo") / "place", free_port())
    running.wait_until_ready()
    yield running
    if running.process.poll() is None:
        running.stop()


def test_every_sample_becomes_what_it_should(demo):
    assert "not as it should be" not in demo.said()
    assert demo.said().count("published  http") >= 12
    assert len(re.findall(r"activity/activity.info:\d+: ", demo.said())) == 3


def test_a_second_terminal_cuts_a_release_and_watches_its_build(demo):
    done = subprocess.run(
        aslo("demo", "release", "--dir", demo.folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "/builds/" in done.stdout
    assert "  fetching " in done.stdout
    page = re.search(r"published {2}(http\S+)", done.stdout)[1]
    assert httpx.get(page).status_code == 200


def test_an_unknown_sample_is_refused_with_the_known_ones(demo):
    done = subprocess.run(
        aslo("demo", "release", "nothing", "--dir", demo.folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "star-map" in done.stderr


def test_what_the_page_of_the_api_shows_can_be_asked_as_it_stands(demo):
    commands = re.findall(r"<code>(curl .*?)</code>", httpx.get(f"{demo.url}/en/api").text)

    assert len(commands) > 12
    for command in map(html.unescape, commands):
        words = shlex.split(command)
        body = {"content": words[words.index("-d") + 1]} if "-d" in words else {}
        kind = {"Content-Type": "application/json"} if body else {}
        answer = httpx.request("POST" if body else "GET", words[-1], headers=kind, **body)
        assert answer.status_code == 200, (command, answer.text)


def test_what_the_docs_ask_of_the_api_is_answered_with_something_newer(demo):
    docs = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    (body,) = re.findall(r'^\{"sugar".*\}$', docs, re.MULTILINE)
    (path,) = re.findall(r"`GET (/api/v1/updates\?[^`]+)`", docs)
    answers = [
        httpx.post(f"{demo.url}/api/v1/updates", json=json.loads(body)),
        httpx.get(demo.url + path),
    ]

    for answer in answers:
        assert {each["verdict"] for each in answer.json()["items"]} == {"newer"}


@pytest.mark.needs("chromium")
def test_the_pictures_of_the_readme(demo):
    shown = "[...document.images].every(i => i.complete && i.naturalWidth)"
    latest = httpx.get(f"{demo.url}/org.sugarlabs.demo.StarMap", follow_redirects=True)
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        for name, address in {"index": f"{demo.url}/en/", "detail": str(latest.url)}.items():
            page.goto(address)
            # Pictures below the fold come when they are needed.
            page.evaluate("for (const i of document.images) i.loading = 'eager'")
            eventually(lambda: page.evaluate(shown), 20)
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"demo-{name}.png")
        page.goto(f"{demo.url}/en/")
        assert page.locator(".card").count() >= 12


def test_ctrl_c_ends_everything_and_a_second_start_finds_it_again(demo):
    folder, port = demo.folder, demo.url.rpartition(":")[2]
    published = demo.said().count("published  http")
    assert demo.running()

    assert demo.stop() == 0

    assert eventually(lambda: not demo.running(), 30)

    again = Demo(folder, port)
    try:
        again.wait_until_ready()
        answer = httpx.get(f"{again.url}/org.sugarlabs.demo.StarMap", follow_redirects=True)
        assert answer.status_code == 200
        assert "not as it should be" not in again.said()
        assert "published  http" not in again.said()
        assert again.said().count("already published  ") == published
        assert again.said().count("already failed  ") == 1
    finally:
        again.stop()


def once(folder):
    return subprocess.run(
        aslo("demo", "--once", "--port", free_port(), "--dir", folder),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_second_run_proves_what_the_first_has_published(demo):
    """A bundle that is lost since then must not go unnoticed."""
    if demo.process.poll() is None:
        demo.stop()
    whole = once(demo.folder)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    for bundle in bundles(demo.folder / "site"):
        bundle.unlink()

    lost = once(demo.folder)

    assert lost.returncode == 2
    assert "/download/" in lost.stderr


def bundles(home):
    """The stored files that are bundles."""
    files = [path for path in home.rglob("*") if path.is_file() and zipfile.is_zipfile(path)]
    assert files
    return files


def test_a_taken_port_is_told_with_the_cure(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            aslo("demo", "--once", "--port", taken.getsockname()[1], "--dir", tmp_path / "d"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert "--port" in done.stderr
