"""Release notes that attack, on the page where readers meet them."""

import pytest
from lxml import html as lxml_html

from fakes.values import a_release
from fakes.web_site import MOON, WebSite
from fixtures.hostile_notes import ENDLESS, PAYLOADS

OUTSIDE = ("https://", "http://", "mailto:")


@pytest.fixture
def page_with(site, read):
    """The page of a release with such notes."""

    def call(notes):
        site.shelve(a_release(notes=notes))
        answer = site.client.get(f"/{MOON}/1")
        assert answer.status_code == 200
        return read(answer)

    return call


@pytest.fixture(scope="module")
def honest():
    """The page of a release with harmless notes, as what stands on it."""
    site = WebSite()
    site.shelve(a_release(notes="Nothing special."))
    return found(lxml_html.document_fromstring(site.client.get(f"/{MOON}/1").text))


def found(page):
    """Everything on a page that can act, load something, or lead into the site."""
    ways = [href for href in page.xpath("//a/@href") if not href.startswith(OUTSIDE)]
    loads = page.xpath("//@src | //@srcset | //@data | //@poster | //link/@href")
    acts = page.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcdoc")
    return sorted(ways), loads, acts, len(page.xpath("//script | //style | //form | //svg"))


@pytest.mark.case("D15", "T29")
@pytest.mark.parametrize("notes", PAYLOADS)
def test_notes_can_neither_act_nor_load_nor_pose_as_ours(page_with, honest, notes):
    assert found(page_with(notes)) == honest


@pytest.mark.case("D15", "T29")
@pytest.mark.parametrize("notes", ENDLESS, ids=lambda notes: repr(notes[:3]))
def test_a_page_with_endless_notes_is_there_and_ends(site, notes):
    site.shelve(a_release(notes=notes))

    answer = site.client.get(f"/{MOON}/1")

    assert answer.status_code == 200
    assert len(answer.data) < 500_000


def test_there_are_enough_attacks():
    assert len(set(PAYLOADS)) >= 40
