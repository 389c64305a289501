"""What S3Files does in its bucket, and when the object store is not as it should be."""

import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from obstore.store import S3Store

from aslo.adapters.files_s3 import Patience, S3Files
from aslo.adapters.s3_object import PIECE_BYTES, S3Object
from aslo.domain.errors import FilesError, NotFoundError
from fixtures.buckets import SECRET, new_bucket
from fixtures.servers import moto, running

SOON = Patience(connecting=0.5, reading=0.5, writing=0.5, again=1)
BOUND_SECONDS = 4
SOMETHING = "a" * 64
LARGE = 12 * 1024**2


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "bundle.xo"
    path.write_bytes(b"a bundle")
    return path


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.xo"
    path.write_bytes(os.urandom(LARGE))
    return path


def raw(bucket):
    """The bucket as any other client sees it."""
    return S3Store(
        bucket.name,
        prefix=bucket.prefix,
        endpoint=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.key_id,
        secret_access_key=bucket.secret,
        client_options={"allow_http": True},
    )


def keys(bucket):
    return [each["path"] for page in raw(bucket).list() for each in page]


def unfinished(bucket):
    """How many uploads were begun and neither completed nor aborted."""
    answer = httpx.get(f"{bucket.endpoint}/{bucket.name}?uploads").raise_for_status()
    return answer.text.count("<Upload>")


def uses(files, path):
    """Every way to use files, each of which has to fail in the same manner."""
    return {
        "add": lambda: files.add(path, "x/y"),
        "open": lambda: files.open(SOMETHING).read(),
        "has": lambda: files.has(SOMETHING),
        "walk": lambda: list(files.walk()),
        "look": files.look,
    }


def refused(files, path, but=()):
    """What each use says, after it was seen to fail as it should, in a bounded time."""
    said = {}
    for name, use in uses(files, path).items():
        if name in but:
            continue
        began = time.monotonic()
        with pytest.raises(FilesError) as caught:
            use()
        assert time.monotonic() - began < BOUND_SECONDS, name
        assert caught.value.__cause__ is not None, name
        assert SECRET not in caught.value.message
        assert "\n" not in caught.value.message
        said[name] = caught.value.message
    return said


class Unkind(BaseHTTPRequestHandler):
    """An object store that has every object, and does with it what its server says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer(length=1000)

    def do_GET(self):
        self._answer(length=1000, body=b"x" * self.server.sent)

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(length=0)

    def _answer(self, length, body=b""):
        self.server.asked.append((self.command, self.path))
        self.server.signature = self.headers.get("Authorization")
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.tell or length))
        self.send_header("Content-Range", f"bytes 0-{length - 1}/{length}")
        self.send_header("ETag", '"tag"')
        self.send_header("Last-Modified", "Sun, 01 Mar 2026 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)
        if len(body) < length and self.command == "GET":
            self.close_connection = True
            self.server.stall.wait(BOUND_SECONDS)


@contextmanager
def unkind(status, sent=0, *, stalls=False, tell=0):
    """Serve by Unkind, and give its address and what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Unkind)
    server.status, server.sent, server.tell, server.asked = status, sent, tell, []
    server.stall = threading.Event()
    if not stalls:
        server.stall.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.stall.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_lies_where_a_folder_has_it_too(bucket, bundle):
    sha256 = S3Files(bucket).add(bundle, "x/y").sha256
    assert keys(bucket) == [f"{sha256[:2]}/{sha256[2:]}"]


def test_an_object_has_its_type_and_is_kept_forever(bucket, bundle, large):
    for path in (bundle, large):
        sha256 = S3Files(bucket).add(path, "application/vnd.olpc-sugar").sha256
        assert raw(bucket).get(f"{sha256[:2]}/{sha256[2:]}").attributes == {
            "Content-Type": "application/vnd.olpc-sugar",
            "Cache-Control": "public, max-age=31536000, immutable",
        }


def test_a_large_file_goes_in_parts_and_comes_back_whole(bucket, large):
    files = S3Files(bucket)
    stored = files.add(large, "x/y")
    with files.open(stored.sha256) as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == stored.sha256
    with files.open(stored.sha256) as file:
        assert file.read() == large.read_bytes()
    assert unfinished(bucket) == 0


def test_a_range_asks_for_that_range_alone(bucket, large):
    files = S3Files(bucket)
    with files.open(files.add(large, "x/y").sha256) as file:
        assert file.seekable()
        assert file.seek(-10, io.SEEK_END) == LARGE - 10
        assert file.read() == large.read_bytes()[-10:]
        assert file.read(1) == b""
        assert file.seek(PIECE_BYTES - 5) == PIECE_BYTES - 5
        assert file.read(10) == large.read_bytes()[PIECE_BYTES - 5 : PIECE_BYTES + 5]
        assert file.seek(LARGE + 10) == LARGE + 10
        assert file.read() == b""
        with pytest.raises(OSError, match="Invalid argument"):
            file.seek(-1)


@pytest.mark.parametrize("length", [None, LARGE, 8192])
def test_a_file_is_asked_for_in_pieces_of_a_megabyte(length):
    asked = []

    def read(start, length):
        asked.append((start, length))
        return bytes(length)

    file = io.BufferedReader(S3Object(read, LARGE + 5), PIECE_BYTES)
    while file.read(length):
        pass

    whole = [(start, PIECE_BYTES) for start in range(0, LARGE, PIECE_BYTES)]
    assert asked == [*whole, (LARGE, 5)]


def test_bytes_that_are_there_are_not_sent_again(bucket, bundle):
    files = S3Files(bucket)
    sha256 = files.add(bundle, "x/y").sha256
    before = raw(bucket).get(f"{sha256[:2]}/{sha256[2:]}").attributes
    files.add(bundle, "a/b")
    assert raw(bucket).get(f"{sha256[:2]}/{sha256[2:]}").attributes == before


def test_an_object_that_was_cut_short_is_healed_by_adding_it_again(bucket, bundle):
    files = S3Files(bucket)
    sha256 = files.add(bundle, "x/y").sha256
    raw(bucket).put(f"{sha256[:2]}/{sha256[2:]}", b"a bun")
    files.add(bundle, "x/y")
    with files.open(sha256) as file:
        assert file.read() == b"a bundle"


@pytest.mark.parametrize("size", [100, LARGE])
def test_a_file_that_changes_while_it_is_sent_is_not_kept(bucket, tmp_path, size):
    path = tmp_path / "bundle.xo"
    path.write_bytes(b"1" * size)
    files = S3Files(bucket)
    really_look = files._size

    def look_and_change(key):
        # Between the reading that gives the name and the reading that is sent.
        path.write_bytes(b"2" * size)
        return really_look(key)

    files._size = look_and_change
    with pytest.raises(FilesError, match="was changed while it was being sent"):
        files.add(path, "x/y")
    assert keys(bucket) == []
    assert unfinished(bucket) == 0


def test_a_walk_meets_every_file_and_nothing_else(bucket, bundle):
    files = S3Files(bucket)
    assert list(files.walk()) == []
    sha256 = files.add(bundle, "x/y").sha256
    raw(bucket).put("notes.txt", b"")
    raw(bucket).put(f"{sha256[:2]}/stray", b"")
    raw(replace(bucket, prefix="other")).put(f"{sha256[:2]}/{sha256[2:]}", b"")
    assert list(files.walk()) == [sha256]


def test_a_walk_goes_on_after_the_first_thousand(bucket):
    names = {f"{number:064x}" for number in range(1001)}
    for name in names:
        raw(bucket).put(f"{name[:2]}/{name[2:]}", b"")
    assert set(S3Files(bucket).walk()) == names


def test_a_key_is_shown_nowhere(bucket):
    assert SECRET not in repr(bucket)
    assert SECRET not in repr(vars(S3Files(bucket)))


def test_a_bucket_that_is_not_there_is_no_missing_file(bucket, bundle):
    files = S3Files(replace(bucket, name="no-such-bucket"), SOON)
    # A HEAD has no body that could say which of both is missing.
    said = refused(files, bundle, but=("open", "has"))
    assert "NoSuchBucket" not in said["add"].partition(":")[0]


def test_a_server_that_died_is_a_files_error(tmp_path, bundle):
    with running(moto(tmp_path / "objects")) as server:
        files = S3Files(new_bucket(server), SOON)
        files.add(bundle, "x/y")
        server.kill()
        refused(files, bundle)
        server.start()


def test_a_server_that_is_frozen_holds_nobody_for_long(tmp_path, bundle):
    with running(moto(tmp_path / "objects")) as server:
        files = S3Files(new_bucket(server), SOON)
        server.freeze()
        refused(files, bundle)
        server.thaw()
        assert files.add(bundle, "x/y").size_bytes == len(b"a bundle")


def test_asking_again_ends_with_the_patience(tmp_path):
    with running(moto(tmp_path / "objects")) as server:
        files = S3Files(new_bucket(server), replace(SOON, again=50))
        server.freeze()
        began = time.monotonic()
        with pytest.raises(FilesError):
            files.look()
        assert time.monotonic() - began < BOUND_SECONDS


def test_a_machine_that_takes_no_connection_is_given_up_sooner(bucket):
    with socket.socket() as deaf, socket.socket() as first:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # The only place is taken, so that the next one waits.
        first.connect(deaf.getsockname())
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        patience = Patience(connecting=0.3, reading=20, again=0)
        began = time.monotonic()
        with pytest.raises(FilesError):
            S3Files(replace(bucket, endpoint=address), patience).look()
        assert time.monotonic() - began < BOUND_SECONDS


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_server_that_refuses_is_a_files_error(bucket, bundle, status):
    with unkind(status) as (address, server):
        refused(S3Files(replace(bucket, endpoint=address), SOON), bundle)
    again = sum(command == "HEAD" for command, _ in server.asked)
    # What a server may mend is asked again; a refusal is final.
    assert again == (3 if status == 403 else 6)


@pytest.mark.parametrize("stalls", [False, True])
def test_a_body_that_ends_too_early_is_a_files_error(bucket, stalls):
    with unkind(206, sent=400, stalls=stalls) as (address, _):
        file = S3Files(replace(bucket, endpoint=address), SOON).open(SOMETHING)
        began = time.monotonic()
        with pytest.raises(FilesError):
            file.read()
        assert time.monotonic() - began < BOUND_SECONDS


def test_less_than_was_asked_for_is_a_files_error(bucket):
    with unkind(206, sent=400, tell=400) as (address, _):
        files = S3Files(replace(bucket, endpoint=address), SOON)
        file = files.open(SOMETHING)
        file.raw._size = 1000
        with pytest.raises(FilesError):
            file.read()


def test_the_name_of_a_bucket_may_stand_in_the_host(bucket, monkeypatch):
    with unkind(200) as (address, server):
        # A proxy is asked by the whole address, and no name has to be looked up.
        monkeypatch.setenv("http_proxy", address)
        by_host = replace(bucket, endpoint="http://objects.example.org", path_style=False)
        assert S3Files(by_host, SOON).has(SOMETHING)
    ((_, url),) = server.asked
    key = f"{SOMETHING[:2]}/{SOMETHING[2:]}"
    assert url == f"http://{bucket.name}.objects.example.org/some/where/{key}"


def test_requests_are_signed_with_the_key_for_the_region(bucket):
    with unkind(200) as (address, server):
        S3Files(replace(bucket, endpoint=address, region="eu-south-2"), SOON).has(SOMETHING)
    assert re.search(rf"Credential={bucket.key_id}/[0-9]+/eu-south-2/s3/", server.signature)


def test_an_address_in_the_environment_does_not_allow_plain_http(bucket, monkeypatch):
    with unkind(200) as (address, server):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        with pytest.raises(FilesError):
            S3Files(replace(bucket, endpoint=""), SOON).has(SOMETHING)
    assert server.asked == []


def test_a_name_that_is_no_hash_asks_nobody(bucket):
    files = S3Files(replace(bucket, endpoint="http://127.0.0.1:9"))
    assert not files.has("../x")
    with pytest.raises(NotFoundError):
        files.open("../x")


FORKING = """
import os, sys
from aslo.adapters.files_s3 import Bucket, S3Files
bucket = Bucket(*sys.argv[1:])
assert S3Files(bucket).sweep() == 0
child = os.fork()
if child == 0:
    os._exit(3 if not S3Files(bucket).has("a" * 64) else 4)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_parent_that_sweeps_may_fork_children_that_do_more(bucket):
    # As Celery does. The client has threads, which no child inherits.
    where = [bucket.name, bucket.prefix, bucket.endpoint, bucket.region, bucket.key_id]
    done = subprocess.run(
        [sys.executable, "-c", FORKING, *where, bucket.secret],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.strip() == "3"
