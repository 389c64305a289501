"""What goes away says so in time: on an operation that is made up, for none goes yet."""

from datetime import UTC, datetime, timedelta

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from aslo.domain.errors import NotFoundError
from aslo.web.api import served, shapes
from aslo.web.api.operations import Leaving, Operation
from fakes.clock import START
from fakes.web_site import WebSite

SINCE, UNTIL = START - timedelta(days=1), datetime(2028, 1, 1, tzinfo=UTC)
INSTEAD = "https://aslo.example/help/developers"


def list_old_categories() -> shapes.Categories:
    """What there was once. Ask for something newer."""
    return shapes.Categories(items=[])


def get_old(name: str) -> shapes.Categories:
    """One that is not there."""
    raise NotFoundError(f"there is no {name}")


@pytest.fixture
def site_where(monkeypatch):
    def made(until):
        leaving = Leaving(since=SINCE, until=until, instead=INSTEAD)
        old = [
            Operation(
                path=path, view=view, gives=shapes.Categories, about="catalog", deprecated=leaving
            )
            for path, view in (("/old", list_old_categories), ("/old/<name>", get_old))
        ]
        monkeypatch.setattr(served, "OPERATIONS", (*old, *served.OPERATIONS))
        return WebSite()

    return made


def test_each_answer_of_what_goes_says_since_when_until_when_and_what_instead(site_where):
    site = site_where(UNTIL)
    first = site.client.get("/api/v1/old")
    again = site.client.get("/api/v1/old", headers={"If-None-Match": first.headers["ETag"]})
    missing = site.client.get("/api/v1/old/x")

    assert [each.status_code for each in (first, again, missing)] == [200, 304, 404]
    for answer in (first, again, missing):
        assert answer.headers["Deprecation"] == f"@{int(SINCE.timestamp())}"
        assert answer.headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
        assert f'<{INSTEAD}>; rel="deprecation"' in answer.headers["Link"]
        assert "Deprecation" in answer.headers["Access-Control-Expose-Headers"]


def test_what_goes_says_so_however_often_it_is_asked(site_where):
    site = site_where(UNTIL)

    told = [site.client.get("/api/v1/old").headers.getlist("Deprecation") for _ in range(3)]

    assert [len(each) for each in told] == [1, 1, 1]


def test_what_stays_says_nothing_of_it(site_where):
    answer = site_where(UNTIL).client.get("/api/v1/categories")

    assert not {"Deprecation", "Sunset"} & set(answer.headers.keys())


def test_what_goes_is_not_kept_beyond_its_time(site_where):
    site = site_where(UNTIL)
    before = site.client.get("/api/v1/old").status_code
    site.clock.tick((UNTIL - START).total_seconds())

    assert (before, site.client.get("/api/v1/old").status_code) == (200, 410)


def test_what_is_gone_is_410_in_the_one_shape(site_where):
    answer = site_where(START).client.get("/api/v1/old")

    assert answer.status_code == 410
    assert answer.json == {
        "error": "gone",
        "message": "gone",
        "hint": "Ask as /api/v1/openapi.json describes it.",
    }
    assert "Sunset" in answer.headers


def test_the_description_and_the_page_tell_what_goes(site_where):
    site = site_where(UNTIL)
    told = site.client.get("/api/v1/openapi.json").json
    old, new = told["paths"]["/old"]["get"], told["paths"]["/categories"]["get"]

    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []
    assert old["deprecated"] is True
    assert old["description"].endswith("Deprecated: it goes on 2028-01-01.")
    assert {"Deprecation", "Sunset"} <= set(old["responses"]["200"]["headers"])
    assert "410" in old["responses"]
    assert "deprecated" not in new
    assert "it goes on 2028-01-01" in site.client.get("/api").text
