"""A site over ports in memory, and a strict reader of its HTML."""

from collections.abc import Callable

import html5lib
import pytest
from lxml import html as lxml_html
from werkzeug.test import TestResponse

from fakes.web_site import WebSite


@pytest.fixture
def site() -> WebSite:
    """An empty site."""
    return WebSite()


@pytest.fixture
def read() -> Callable[[TestResponse], lxml_html.HtmlElement]:
    """A page as a tree, after a strict parser found no fault in it."""

    def tree(answer: TestResponse) -> lxml_html.HtmlElement:
        assert answer.mimetype == "text/html"
        html5lib.HTMLParser(strict=True).parse(answer.text)
        found = lxml_html.document_fromstring(answer.text)
        assert len(found.findall(".//h1")) == 1
        ids = found.xpath("//@id")
        assert len(ids) == len(set(ids))
        return found

    return tree
