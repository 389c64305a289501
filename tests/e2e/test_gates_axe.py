"""Every kind of page is open to all: axe finds nothing, in any language, colours and width."""

import pytest

from fixtures.axe import violations
from fixtures.public_pages import LANGUAGES, PAGES, RIGHT_TO_LEFT, SIZES, opened, path

pytestmark = pytest.mark.needs("chromium")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(full_site, chromium, lang, scheme, size):
    found = {}
    with opened(chromium, viewport=SIZES[size], color_scheme=scheme) as page:
        for name in PAGES:
            page.goto(full_site + path(name, lang))
            direction = page.evaluate("getComputedStyle(document.body).direction")
            dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
            # What is folded away is read by nobody, and by axe neither.
            page.evaluate(
                "document.querySelectorAll('details').forEach(each => { each.open = true })"
            )
            faults = violations(page)

            assert direction == ("rtl" if lang in RIGHT_TO_LEFT else "ltr")
            assert dark == (scheme == "dark")
            if faults:
                found[name] = faults
    assert found == {}
