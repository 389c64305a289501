"""What is offered of every activity in one document, read as Sugar 0.104 to 0.110 reads it."""

import gzip
import json
from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import CatalogError
from aslo.domain.sugar import Compatibility, Toolkit
from fakes.catalog import MemoryCatalog
from fakes.values import a_release
from fakes.web_site import MOON, WebSite

PATH = "/update.json"
GTK3 = Compatibility(Toolkit.GTK3, 2, "0.96", "0.117")
PYTHON3 = Compatibility(Toolkit.GTK3, 3, "0.116")


def release(version, needs=GTK3, bundle_id=MOON, **changes):
    made = a_release(bundle_id, version, **changes)
    return replace(made, details=replace(made.details, compatibility=needs))


def read(answer):
    """As jarabe.model.update.new_aslo reads it: an entry without both versions is passed over, and
    a document without `activities` hangs the client."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return {
        bundle_id: (entry["version"], entry["xo_url"], int(entry["xo_size"]))
        for bundle_id, entry in json.loads(answer.data)["activities"].items()
        if entry["version"] and entry["minSugarVersion"]
    }


def test_every_activity_is_there_with_what_runs_on_the_oldest_that_asks_so(site):
    site.shelve(release("20", PYTHON3), release("10.1"), release("9"))
    site.shelve(release("1", PYTHON3, "org.sugarlabs.New"))
    site.shelve(release("3", bundle_id="org.sugarlabs.Held", state=ReleaseState.HELD))
    site.shelve(release("2", bundle_id="org.sugarlabs.Test", prerelease=True))

    found = read(site.client.get(PATH))

    link = "http://aslo.example/download/org.sugarlabs.Moon/10.1/Moon-10.1.xo"
    size = len(site.client.get(link.removeprefix("http://aslo.example")).data)
    assert found == {MOON: ("10.1", link, size)}


def test_nothing_on_the_shelves_is_no_activity(site):
    assert read(site.client.get(PATH)) == {}


class BrokenCatalog(MemoryCatalog):
    """Breaks in the middle of the list."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def every_offer(self, after, limit):
        if after:
            raise self.error
        return super().every_offer(after, 1)


@pytest.mark.parametrize("error", [CatalogError("away"), RuntimeError("broken")])
def test_whatever_breaks_the_client_can_read_the_answer_and_asks_again(error, caplog):
    site = WebSite(catalog=BrokenCatalog(error))
    site.shelve_many(3, lambda bundle_id: release("1", bundle_id=bundle_id))

    for _ in range(2):
        answer = site.client.get(PATH)
        assert read(answer) == {}
        assert answer.headers["Cache-Control"] == "no-store"
    assert str(error) in caplog.text


class CountingCatalog(MemoryCatalog):
    """Counts how often it is asked for everything."""

    asked = 0

    def every_offer(self, after, limit):
        self.asked += not after
        return super().every_offer(after, limit)


def test_the_list_is_made_once_for_each_state_of_the_catalog():
    site = WebSite(catalog=CountingCatalog())
    for version in ("1", "2"):
        site.shelve(release(version))
        for accepted in ("gzip", "br", "identity", "gzip, deflate", "br"):
            answer = site.client.get(PATH, headers={"Accept-Encoding": accepted})
            packed = answer.headers.get("Content-Encoding")
            data = unpacked(answer.data, packed)
            assert json.loads(data)["activities"][MOON]["version"] == version
    assert site.catalog.asked == 2


def unpacked(data, encoding):
    return {"gzip": gzip.decompress, None: bytes}[encoding](data)


def test_the_list_is_kept_in_one_form_in_one_place(site):
    site.shelve(release("1"))
    for accepted, form in (("gzip", "gzip"), ("br, gzip", "gzip"), ("br", None), ("", None)):
        for _ in range(2):
            answer = site.client.get(PATH, headers={"Accept-Encoding": accepted})
            assert answer.headers.get("Content-Encoding") == form
            assert MOON in json.loads(unpacked(answer.data, form))["activities"]

    assert len(site.app.wsgi_app._rest._pages) == 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_whatever_the_method_the_list_is_there(site, method):
    site.shelve(release("1"))

    assert MOON in read(site.client.open(PATH, method=method))


def test_the_list_is_at_one_address(site):
    assert site.client.get(f"{PATH}/").status_code == 404


def test_another_question_or_language_is_the_same_list(site):
    site.shelve(release("1"))
    first = site.client.get(PATH)
    for query, language in (("x=1", "es"), ("x=1", "he"), ("lang=fr", "ar"), ("", "de")):
        again = site.client.get(PATH, query_string=query, headers={"Accept-Language": language})
        assert again.data == first.data
    assert len(site.app.extensions["aslo-large"]._kept) == 1
    assert "Accept-Language" not in first.headers.get("Vary", "")
    assert first.headers["Cache-Control"] == "max-age=300"


def test_a_list_is_not_kept_while_the_catalog_is_still_being_filled(site):
    before = site.client.get(PATH).headers["Cache-Control"]
    site.catalog.note_caught_up()

    assert (before, site.client.get(PATH).headers["Cache-Control"]) == ("no-store", "max-age=300")
