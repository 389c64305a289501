"""Downloads out of a bucket: the same answers as out of a folder, and little memory."""

import hashlib
import io
from dataclasses import replace

import pytest
from gunicorn.http.wsgi import FileWrapper

from aslo.adapters.files_s3 import Patience, S3Files
from aslo.domain.activity import Entry, ReleaseState
from aslo.services import report
from fakes.files import MemoryFiles
from fakes.values import a_release, an_activity
from fakes.web_site import WebSite, bundle_bytes
from fixtures.buckets import new_bucket
from fixtures.memory import peak_growth
from fixtures.servers import moto, running

RELEASE = a_release()
PATH = report.download_path(RELEASE)
DATA = bundle_bytes(RELEASE)
MEGABYTE = 1024**2
LARGE = 50 * MEGABYTE


@pytest.fixture
def site(bucket):
    return WebSite(files=S3Files(bucket))


def shelve(site, path):
    """List a release whose bundle is that file."""
    release = replace(RELEASE, bundle=site.files.add(path, "application/vnd.olpc-sugar"))
    activity = an_activity(release.bundle_id, versions=(release.version,))
    site.catalog.apply(1, release.bundle_id, Entry(activity, (release,)))
    return release.bundle


def test_a_bundle_comes_whole_with_its_headers(site):
    site.shelve(RELEASE)

    answer = site.client.get(PATH)

    assert answer.status_code == 200
    assert answer.data == DATA
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["Content-Type"] == "application/vnd.olpc-sugar"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=100-", 100, len(DATA) - 1),
        ("bytes=-22", len(DATA) - 22, len(DATA) - 1),
        ("bytes=-99999999", 0, len(DATA) - 1),
    ],
)
def test_a_range_is_exact(site, asked, first, last):
    site.shelve(RELEASE)

    answer = site.client.get(PATH, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.data == DATA[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=-0"])
def test_a_range_outside_is_refused(site, asked):
    site.shelve(RELEASE)

    assert site.client.get(PATH, headers={"Range": asked}).status_code == 416


def test_head_and_known_bytes_send_none(site):
    site.shelve(RELEASE)
    known = {"If-None-Match": f'"{hashlib.sha256(DATA).hexdigest()}"'}

    assert site.client.head(PATH).headers["Content-Length"] == str(len(DATA))
    assert site.client.get(PATH, headers=known).status_code == 304


def test_a_withdrawn_release_is_gone(site):
    site.shelve(replace(RELEASE, state=ReleaseState.WITHDRAWN))

    assert site.client.get(PATH).status_code == 410


def test_a_bucket_that_is_away_is_our_side(tmp_path):
    with running(moto(tmp_path)) as server:
        patience = Patience(connecting=0.3, reading=0.3, writing=1, again=0)
        site = WebSite(files=S3Files(new_bucket(server), patience))
        site.shelve(RELEASE)
        server.freeze()
        answer = site.client.get(PATH, headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert "files-outage" in answer.text


def test_a_large_bundle_goes_through_in_pieces(site, tmp_path):
    path = tmp_path / "large.xo"
    with path.open("wb") as file:
        for number in range(50):
            file.write(bytes([number]) * MEGABYTE)
    site.client.get("/en/")
    found = []

    def download():
        digest, answer = hashlib.sha256(), site.client.get(PATH, buffered=False)
        for piece in answer.response:
            digest.update(piece)
        found.append(digest.hexdigest())
        answer.close()

    sending = peak_growth(lambda: found.append(shelve(site, path).sha256))
    serving = peak_growth(download)

    assert found[0] == found[1]
    assert sending < LARGE / 1.5
    assert serving < 10 * MEGABYTE


@pytest.mark.parametrize("asked", ["bytes=-10", "bytes=2000000-2000009"])
def test_a_range_does_not_read_what_stands_before_it(tmp_path, asked):
    read = []

    class Counted(io.BytesIO):
        def read(self, size=-1):
            data = super().read(size)
            read.append(len(data))
            return data

    site = WebSite(files=MemoryFiles())
    (tmp_path / "bundle.xo").write_bytes(bytes(3 * MEGABYTE))
    shelve(site, tmp_path / "bundle.xo")
    really_open = site.files.open
    site.files.open = lambda sha256: Counted(really_open(sha256).read())

    # As Gunicorn does it, whose wrapper cannot seek.
    served_by = {"wsgi.file_wrapper": FileWrapper}
    answer = site.client.get(PATH, headers={"Range": asked}, environ_overrides=served_by)

    assert len(answer.data) == 10
    assert sum(read) < 100_000
