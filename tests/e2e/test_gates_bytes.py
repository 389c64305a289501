"""What a page may cost somebody whose line is slow: bytes, requests, and nothing kept of them."""

import gzip
from urllib.parse import urlsplit

import httpx
import pytest

from fixtures.public_pages import PAGES, SIZES, opened, path
from fixtures.wire import Wire

pytestmark = pytest.mark.needs("chromium")

KB = 1000
DETAIL = (75 * KB, 15)
MOST = {"index": (60 * KB, 30)} | dict.fromkeys(("detail", "detail-many", "older"), DETAIL)
MOST_OF_OTHERS = (50 * KB, 30)
AGAIN_BYTES = 2 * KB
STYLE_GZ_BYTES = 15 * KB
SCRIPT_GZ_BYTES = 10 * KB
FONTS = (".woff", ".woff2", ".ttf", ".otf", ".eot")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(full_site, chromium, name, size):
    most_bytes, most_requests = MOST.get(name, MOST_OF_OTHERS)
    with opened(chromium, viewport=SIZES[size]) as page:
        wire = Wire()
        wire.listen(page)
        page.goto(full_site + path(name), wait_until="networkidle")
        first, asked = wire.bytes, list(wire.asked)
        _to_the_end(page)
        cookies = page.context.cookies()

    assert 2 * KB < first <= most_bytes
    assert 3 <= len(asked) <= most_requests, asked
    assert wire.bytes <= most_bytes, "read to its end"
    assert len(wire.asked) <= most_requests, wire.asked
    assert {urlsplit(url).netloc for url in wire.asked} == {urlsplit(full_site).netloc}
    assert [url for url in wire.asked if url.endswith(FONTS)] == []
    assert cookies == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_was_read_costs_next_to_nothing_again(full_site, chromium, name):
    with opened(chromium) as page:
        wire = Wire()
        wire.listen(page)
        page.goto(full_site + path(name), wait_until="networkidle")
        _to_the_end(page)
        wire.forget()
        answer = page.reload(wait_until="networkidle")

    if name in NOT_KEPT:
        # These tell of what may have changed a moment ago; all that they show was kept.
        assert len(wire.asked) == 1, wire.asked
    else:
        assert answer is not None
        assert wire.bytes <= AGAIN_BYTES, wire.asked


NOT_KEPT = ("build-failed", "build-published", "builds", "not-found")


def test_styles_and_the_script_are_small_and_name_no_font(full_site):
    with httpx.Client(base_url=full_site, headers={"Accept-Encoding": "gzip"}) as http:
        for lang in ("en", "ar"):
            page = http.get(f"/{lang}/").text
            styles, script = _linked(page, ".css"), _linked(page, ".js")
            style = http.get(styles[0]).text

            assert len(styles) == len(script) == 1
            assert len(gzip.compress(style.encode(), 9)) <= STYLE_GZ_BYTES
            assert _sent(http, styles[0]) <= STYLE_GZ_BYTES
            assert _sent(http, script[0]) <= SCRIPT_GZ_BYTES
            assert "@font-face" not in style
            assert "@import" not in style


def _linked(page: str, ending: str) -> list[str]:
    return [
        part for part in page.split('"') if part.startswith("/static/") and part.endswith(ending)
    ]


def _sent(http: httpx.Client, address: str) -> int:
    answer = http.get(address)
    assert answer.headers["Content-Encoding"] == "gzip"
    return answer.num_bytes_downloaded


def _to_the_end(page) -> None:
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    page.evaluate("for (const i of document.images) i.scrollIntoView()")
    page.wait_for_timeout(300)
