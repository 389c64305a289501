"""A full site and a browser, for the tests that look at every page; and a site behind nginx."""

import subprocess
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from fixtures.browser import browser
from fixtures.fronted import PAGE, fronted
from fixtures.full_shelf import fill
from fixtures.live import free_port
from fixtures.nginx import Listen
from fixtures.shown_site import a_site, served


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with something on every page."""
    with a_site(tmp_path_factory.mktemp("full"), fill) as site, served(site) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The site that most tests look at, and the nginx before it, which speaks TLS as well."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    made = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(["openssl", *words, *made], check=True, capture_output=True)
    safe = Listen(f"127.0.0.1:{free_port()}", str(certificate), str(key))
    with fronted(folder, tls=[safe]) as (site, http, server):
        yield site, http, server, safe


@pytest.fixture(scope="module")
def behind(whole):
    """The site and the way in, without nginx itself."""
    return whole[:2]


@pytest.fixture(scope="module")
def link(behind):
    """The path of the download that the page of the release names."""
    _, http = behind
    page = http.get(PAGE).text
    return "/download/" + page.partition('href="/download/')[2].partition('"')[0]


@pytest.fixture(scope="module")
def data(behind, link):
    """The bytes of it."""
    site, _ = behind
    # The application answers a resumed download itself.
    return httpx.get(site.url + link, headers={"If-Range": '"x"'}).content
