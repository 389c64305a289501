"""What `aslo check` fetches from an address: within bounds, and one clear line where it cannot."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from flask import Flask, Response, redirect

from aslo.adapters.address_file import fetch_file
from aslo.adapters.address_tree import fetch_tree
from aslo.domain.check_errors import AddressError
from fixtures.broken_activities import lines, sound_activity
from fixtures.bundles import bundle
from fixtures.git_server import git_server
from fixtures.serving import serving
from fixtures.trees import commit_all, git, make_repository

LIMIT = 100_000


@pytest.fixture(scope="module")
def site():
    app = Flask(__name__)
    app.add_url_rule("/good.xo", "good", bundle)
    app.add_url_rule("/moved.xo", "moved", lambda: redirect("/good.xo"))
    app.add_url_rule("/circle.xo", "circle", lambda: redirect("/circle.xo"))
    app.add_url_rule("/away.xo", "away", lambda: redirect("http://example.org/a.xo"))
    app.add_url_rule("/file.xo", "file", lambda: redirect("file:///etc/passwd"))
    app.add_url_rule("/large.xo", "large", lambda: b"x" * (LIMIT + 1))
    endless = (b"x" * 1000 for _ in range(LIMIT))
    app.add_url_rule("/endless.xo", "endless", lambda: Response(endless))
    app.add_url_rule("/broken.xo", "broken", lambda: ("no", 503))
    with serving(app) as url:
        yield url


@pytest.mark.parametrize("name", ["good", "moved"])
def test_a_bundle_is_fetched(site, tmp_path, name):
    fetch_file(f"{site}/{name}.xo", tmp_path / "a.xo", LIMIT)

    assert (tmp_path / "a.xo").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("circle", "leads on too often"),
        ("away", "'http://example.org/a.xo', which is not https"),
        ("file", "or to no https address"),
        ("large", f"more than {LIMIT} bytes"),
        ("endless", f"more than {LIMIT} bytes"),
        ("broken", "answers 503"),
        ("missing", "answers 404"),
    ],
)
def test_what_cannot_be_had_is_told(site, tmp_path, name, said):
    with pytest.raises(AddressError) as raised:
        fetch_file(f"{site}/{name}.xo", tmp_path / "a.xo", LIMIT)

    assert said in raised.value.message
    assert len(raised.value.message.splitlines()) == 1


@contextmanager
def raw_server(answer):
    """Answers one connection in a way of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: answer(server.accept()[0]), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a.xo"


def test_a_server_that_drips_is_not_waited_for(tmp_path):
    ended = threading.Event()

    def drip(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not ended.wait(0.05):
            connection.sendall(b"x")
        connection.close()

    began = time.monotonic()
    with raw_server(drip) as url, pytest.raises(AddressError, match="longer than"):
        fetch_file(url, tmp_path / "a.xo", LIMIT, seconds=0.5)
    ended.set()

    assert time.monotonic() - began < 5


def test_a_download_that_breaks_off_is_told(tmp_path):
    def half(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nPK")
        connection.close()

    with raw_server(half) as url, pytest.raises(AddressError, match=r"broke off|IncompleteRead"):
        fetch_file(url, tmp_path / "a.xo", LIMIT)


@pytest.fixture
def forge(tmp_path):
    made = make_repository(tmp_path / "made", sound_activity(), "v7")
    lines((4, "activity_version = 8"))(made)
    commit_all(made, "v8")
    (tmp_path / "served").mkdir()
    git(tmp_path, "clone", "--quiet", "--bare", str(made), str(tmp_path / "served" / "sound"))
    with git_server(tmp_path / "served") as url:
        yield url


@pytest.mark.parametrize(("ref", "tag"), [("", "v8"), ("main", "v8"), ("v7", "v7")])
def test_a_repository_is_fetched_with_the_tags_of_its_commit(forge, tmp_path, ref, tag):
    (tmp_path / "into").mkdir()

    tree, tags = fetch_tree(f"{forge}/sound", ref, tmp_path / "into")

    assert tags == (tag,)
    assert (tree / "sound.py").is_file()


@pytest.mark.parametrize(
    ("name", "ref", "said"),
    [
        ("sound", "v9", "has no branch or tag 'v9'"),
        ("missing", "", "cannot be asked by git"),
        ("private", "", "cannot be asked by git"),
    ],
)
def test_a_repository_that_cannot_be_had_is_told(forge, tmp_path, name, ref, said):
    with pytest.raises(AddressError, match=said):
        fetch_tree(f"{forge}/{name}", ref, tmp_path)


@pytest.fixture
def check(tmp_path):
    """Run `aslo check` as a user would."""

    def call(*arguments):
        command = [sys.executable, "-m", "aslo", "check", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return call


def test_an_address_of_a_bundle_is_checked_and_nothing_is_left(site, check, tmp_path):
    done = check(f"{site}/moved.xo")

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("org.example.Paint 3: 1 warning; the store would take it\n")
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_a_repository_is_checked_with_its_tag(forge, check):
    done = check(f"{forge}/sound", "--strict")

    assert (done.returncode, done.stdout) == (0, "org.example.Sound 8: nothing to mend\n")


def test_an_address_that_answers_a_page_is_no_bundle(site, check):
    done = check(f"{site}/large.xo".replace("large", "broken"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "answers 503" in done.stderr
