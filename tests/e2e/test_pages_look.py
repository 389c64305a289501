"""The pages in a real browser: whole, silent on the console, none too wide, open to all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fixtures.axe import violations
from fixtures.public_pages import show_whole, too_wide
from fixtures.shown_site import a_dressed_site, served

pytestmark = pytest.mark.needs("chromium")

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PAGES = {
    "index": "/",
    "index-arabic": "/ar/",
    "search": "/search?q=moon",
    "search-nothing": "/search?q=zebra",
    "detail": "/org.sugarlabs.Moon/3",
    "detail-arabic": "/ar/org.sugarlabs.Moon/3",
    "detail-older": "/org.sugarlabs.Moon/2.1",
    "detail-withdrawn": "/org.sugarlabs.Moon/2",
    "releases": "/org.sugarlabs.Moon/releases",
    "releases-arabic": "/ar/org.sugarlabs.Moon/releases",
    "developers": "/developers",
    "developer": "/developer/moon-maker",
    "statistics": "/statistics",
    "help": "/help",
    "help-developers": "/ar/help/developers",
    "builds": "/builds",
    "build-failed": "/builds/f00d",
    "build-failed-arabic": "/ar/builds/f00d",
    "build-published": "/builds/b1",
    "not-found": "/org.sugarlabs.Nothing/1",
}
VIEWS = ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark"))
LESS_USUAL_WIDTHS = (320, 768, 1920)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_dressed_site(tmp_path_factory.mktemp("site")) as site, served(site) as url:
        yield url


class Watch:
    """What went wrong while a page was shown."""

    def __init__(self, page: Page, may_be_missing: str) -> None:
        self.faults: list[str] = []
        page.on("console", lambda message: self._note(message.text, message.location.get("url")))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda request: self.faults.append(request.url))
        self._expected = may_be_missing

    def _note(self, text: str, url: str | None) -> None:
        # Chromium reports the very page that is meant to be a 404.
        if url != self._expected:
            self.faults.append(f"{text} {url}")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_fits(address, chromium, name, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="en-US"
    )
    page = context.new_page()
    watch = Watch(page, address + PAGES["not-found"])

    show_whole(page, address + PAGES[name])

    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    assert watch.faults == []
    assert page.locator("h1").count() == 1
    assert too_wide(page) == 0
    assert _broken_pictures(page) == []
    assert context.cookies() == []
    assert violations(page) == []
    context.close()


def test_axe_sees_what_is_wrong(chromium):
    page = chromium.new_page()
    page.set_content("<h1>No language</h1><img src='/x'>")

    rules = {line.partition(":")[0] for line in violations(page)}
    page.close()

    assert {"html-has-lang", "image-alt"} <= rules


@pytest.mark.parametrize("name", PAGES)
def test_no_width_needs_scrolling_sideways(address, chromium, name):
    page = chromium.new_page()
    for width in LESS_USUAL_WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        page.goto(address + PAGES[name])
        assert too_wide(page) == 0, width
    page.close()


def test_a_reader_without_scripts_finds_and_downloads_an_activity(address, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="es-UY")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("searchbox").first.fill("luna")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Luna", exact=True).click()

    with page.expect_download() as started:
        page.locator("a.btn-lg").click()

    assert started.value.suggested_filename == "Moon-3.xo"
    assert Path(started.value.path()).stat().st_size > 1000
    context.close()


def test_a_badge_and_a_code_are_drawn_as_they_are_meant(address, chromium):
    page = chromium.new_page()
    watch = Watch(page, "")
    PICTURES.mkdir(parents=True, exist_ok=True)

    for name, width in (
        ("/badge/org.sugarlabs.Moon.svg", 60),
        ("/qr/org.sugarlabs.Moon/3.svg", 20),
    ):
        page.goto(address + name)
        assert page.evaluate("document.documentElement.getBoundingClientRect().width") > width
        page.screenshot(path=PICTURES / f"{name.split('/')[1]}.png")

    lengths = page.goto(address + "/badge/org.sugarlabs.Moon.svg") and page.evaluate(
        "[...document.querySelectorAll('text')].map(t => t.getComputedTextLength())"
    )
    assert all(length > 10 for length in lengths)
    assert watch.faults == []
    page.close()


def test_the_code_of_a_page_is_fetched_when_it_is_printed(address, chromium):
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "/org.sugarlabs.Moon/3", wait_until="networkidle")
    before = [url for url in asked if "/qr/" in url]

    page.pdf()

    assert before == []
    assert [url for url in asked if "/qr/" in url]
    page.close()


def _broken_pictures(page: Page) -> list[str]:
    found = page.evaluate(
        "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
    )
    return list(found)
