"""What an operator's Sentry is told, as it comes over the wire to a listener of our own."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest

from aslo import log_context
from aslo.adapters.faults_sentry import _scrub

BREAKS = """
import logging
from aslo import bootstrap, log_context
from aslo.config import Config
import os
config = Config.from_environ(os.environ)
bootstrap.set_up_logging(config)
log_context.begin(build="b1", delivery="d1")
from fakes.web_site import WebSite
site = WebSite()
def fail():
    token = "a-secret-token"
    raise RuntimeError("it broke")
site.app.add_url_rule("/fails", view_func=fail)
site.client.get("/fails?q=somebody", headers={"X-Request-ID": "0123456789abcdef",
    "Authorization": "a-secret-header", "Cookie": "a-secret-cookie"})
logging.getLogger("x").warning("no fault of ours")
import sentry_sdk
sentry_sdk.flush(5)
"""


class Listener(HTTPServer):
    """Takes what is sent, and keeps it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taker)
        self.taken = []


class Taker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
        self.server.taken.append(unpack[self.headers["Content-Encoding"]](body).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def sentry():
    server = Listener()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def broken(**environ):
    done = subprocess.run(
        [sys.executable, "-c", BREAKS],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_fault_comes_with_the_ids_it_is_about_and_with_nothing_of_the_request(sentry):
    broken(ASLO_SENTRY_DSN=f"http://key@127.0.0.1:{sentry.server_port}/1")

    [envelope] = sentry.taken
    event = json.loads(envelope.splitlines()[2])
    assert event["tags"]["request"] == "0123456789abcdef"
    assert event["exception"]["values"][-1]["value"] == "it broke"
    assert "release" in event
    for hidden in ("a-secret", "somebody", "Cookie", "vars", "fault of ours"):
        assert hidden not in envelope


def test_the_ids_of_a_build_come_as_tags():
    with log_context.bound(build="b1", delivery="d1"):
        event = _scrub({"message": "m", "request": {}, "user": {}, "extra": {}}, {})

    assert event["tags"]["build"] == "b1"
    assert event["tags"]["delivery"] == "d1"
    assert not {"request", "user", "extra"} & set(event)


def test_without_an_address_nothing_of_it_is_imported():
    code = BREAKS.replace("import sentry_sdk\nsentry_sdk.flush(5)", "")
    code += "\nimport sys\nassert 'sentry_sdk' not in sys.modules\n"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
