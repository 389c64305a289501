"""The pages of help: plain, whole, and true to what the store does."""

import pytest

from aslo.web.words import BUILD_STATES
from fakes.values import a_release
from fakes.web_site import PUBLIC_URL

PAGES = ("/help", "/es/help", "/help/developers", "/ar/help/developers")


@pytest.mark.parametrize("path", PAGES)
def test_help_is_a_public_page_in_order(site, read, path):
    answer = site.client.get(path)
    page = read(answer)

    assert answer.headers["Cache-Control"].startswith("public")
    assert page.xpath("//main//h3") == []
    assert all(section.find("h2") is not None for section in page.xpath("//main//section"))


def test_each_link_of_the_help_leads_somewhere(site, read):
    site.shelve(a_release())

    for path in PAGES:
        for link in read(site.client.get(path)).xpath("//main//a/@href"):
            assert site.client.get(link).status_code == 200, link


def test_developers_are_told_where_the_hook_is(site, read):
    page = read(site.client.get("/help/developers"))
    (address,) = [t for t in page.xpath("//code/text()") if t.startswith("http")]

    assert address == f"{PUBLIC_URL}/api/hook"
    assert site.client.post(address.removeprefix(PUBLIC_URL)).status_code == 401


def test_the_answers_are_told_in_the_words_of_the_build_pages(site, read):
    text = read(site.client.get("/help/developers")).find(".//main").text_content()

    for state in ("published", "failed", "errored"):
        assert str(BUILD_STATES[state]) in text


def test_each_page_leads_to_the_help(site, read):
    assert "/es/help" in read(site.client.get("/es/")).xpath("//header//a/@href")
