"""A full site and a browser, for the tests that look at every page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from fixtures.browser import browser
from fixtures.full_shelf import fill
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
