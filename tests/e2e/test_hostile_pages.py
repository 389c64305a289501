"""What others wrote and drew, in a real browser: it does nothing, and would without defences."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from markdown_it import MarkdownIt
from markupsafe import Markup
from playwright.sync_api import Browser

from aslo.web import notes as release_notes
from fakes.web_site import WebSite
from fixtures import hostile_shelf
from fixtures.serving import serving
from fixtures.shown_site import a_site, served
from fixtures.watched_browser import Seen, watched

pytestmark = pytest.mark.needs("chromium")

Fill = Callable[[WebSite], list[str]]
Serve = Callable[[WebSite], AbstractContextManager[str]]
DEFENCES = {"content-security-policy", "x-content-type-options"}


def bare(site: WebSite) -> AbstractContextManager[str]:
    """The site without the headers that bind what others made."""
    return serving(without_defences(site.app))


def without_defences(app: WSGIApplication) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status, headers, *error):
            left = [pair for pair in headers if pair[0].lower() not in DEFENCES]
            return start_response(status, left, *error)

        return app(environ, start)

    return answer


@pytest.fixture
def show(tmp_path: Path, chromium: Browser) -> Callable[..., dict[str, Seen]]:
    """Open every page of a shelf, and tell what each did."""

    def shown(fill: Fill, serve: Serve = served) -> dict[str, Seen]:
        paths: list[str] = []
        with (
            a_site(tmp_path, lambda site: paths.extend(fill(site))) as site,
            serve(site) as url,
            watched(chromium, url) as browser,
        ):
            return {path: browser.open(path) for path in paths}

    return shown


@contextmanager
def notes_as_written() -> Iterator[None]:
    """Release notes as nobody cleaned them."""
    with pytest.MonkeyPatch.context() as patch:
        raw = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        patch.setattr(release_notes, "_html", lambda text, **_: Markup(raw.render(text)))
        yield


def faults(seen: dict[str, Seen]) -> dict[str, Seen]:
    return {path: each for path, each in seen.items() if each != Seen()}


def acts(seen: dict[str, Seen]) -> list[str]:
    return [act for each in seen.values() for act in each.acts]


@pytest.mark.case("D15", "T29")
def test_release_notes_do_nothing_in_a_browser(show):
    assert faults(show(hostile_shelf.notes)) == {}


@pytest.mark.case("D43", "T28")
def test_what_is_left_of_hostile_icons_does_nothing_in_a_browser(show):
    assert faults(show(hostile_shelf.clean_icons)) == {}


@pytest.mark.case("D43", "T28")
def test_an_icon_that_slipped_through_still_does_nothing_in_a_browser(show):
    """The browser complains of what it was kept from, and of icons that are none."""
    assert acts(show(hostile_shelf.raw_icons)) == []


@pytest.mark.case("D44", "T28")
def test_a_picture_that_is_a_page_as_well_is_only_a_picture_in_a_browser(show):
    assert faults(show(hostile_shelf.pictures)) == {}


@pytest.mark.parametrize(
    ("fill", "least"), [(hostile_shelf.notes, 20), (hostile_shelf.raw_icons, 10)]
)
def test_the_browser_would_see_what_our_defences_hold_back(show, fill, least):
    with notes_as_written():
        assert len(acts(show(fill, bare))) >= least
