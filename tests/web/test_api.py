"""The JSON API: what it tells, what it refuses, and how it may be kept."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aslo.domain.activity import Developer, Entry, ReleaseState
from aslo.domain.errors import CatalogError, StoreError
from aslo.web.api.served import OPERATIONS
from aslo.web.cursor import cursor
from fakes.clock import START
from fakes.values import a_build, a_delivery, a_release, an_activity
from fakes.web_site import MOON, PUBLIC_URL, WebSite

ERROR = {"error", "message", "hint"}


@pytest.fixture
def site(site):
    site.shelve(
        a_release(),
        a_release(version="2", state=ReleaseState.WITHDRAWN),
        a_release(version="3", state=ReleaseState.HELD),
        developers=(Developer("moon-maker", "https://github.example/moon-maker", 3),),
    )
    return site


@pytest.fixture
def ask(site):
    return lambda path, **more: site.client.get(f"/api/v1{path}", **more)


def ids(answer):
    return [each["bundle_id"][14:] for each in answer.json["items"]]


def test_an_activity_is_told_with_its_public_releases_alone(ask):
    told = ask(f"/activities/{MOON}").json

    assert [(each["version"], each["state"]) for each in told["releases"]] == [
        ("2", "withdrawn"),
        ("1", "listed"),
    ]
    assert told["releases"][0]["bundle"] is None
    assert told["releases"][1]["bundle"]["url"].startswith(f"{PUBLIC_URL}/download/{MOON}/1/")
    assert set(told["offers"].values()) == {"1"}
    assert ask(f"/activities/{MOON}/releases").json["items"] == told["releases"]
    assert ask(f"/activities/{MOON}/releases/1.0").json == told["releases"][1]


@pytest.mark.parametrize(
    "path",
    [
        "/activities/org.sugarlabs.Nothing",
        "/activities/org.sugarlabs.Nothing/releases",
        f"/activities/{MOON}/releases/3",
        f"/activities/{MOON}/releases/99",
        f"/activities/{MOON}/releases/01",
        f"/activities/{MOON}/releases/x",
        "/activities/update.json",
        "/activities/%00",
        "/developers/nobody",
        "/developers/a%00b",
        "/developers/%ff",
        "/builds/nothing",
        "/builds/%2e%2e",
        "/deliveries/nothing",
        "/nothing/at/all",
        "/",
        "",
        "/activities/",
    ],
)
def test_what_is_not_there_is_404_in_the_one_shape(ask, path):
    answer = ask(path, headers={"Accept": "text/html", "Accept-Language": "es"})

    assert answer.status_code == 404
    assert answer.mimetype == "application/json"
    assert set(answer.json) == ERROR
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=99999999999999999999",
        "limit=1.5",
        "limit=many",
        "limit=",
        "limit=%00",
        "sort=best%0a",
        "sort=random",
        "sugar=0.116%0a",
        "sugar=new",
        "sugar=1.1.1.1.1.1",
        "lang=es%0a",
        "lang=../../etc",
        "lang=",
        "q=" + "x" * 101,
        "cursor=nonsense",
        "cursor=bnVsbA",
        "unknown=1",
        "q=a&q=b",
    ],
)
def test_a_question_that_cannot_be_read_is_400_in_the_one_shape(ask, query):
    answer = ask(f"/activities?{query}")

    assert answer.status_code == 400
    assert set(answer.json) == ERROR
    assert answer.json["error"] == "bad-question"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/developers", f"/activities/{MOON}/releases"])
@pytest.mark.parametrize("other", ["quozl", "12", cursor("other", "12"), cursor(MOON, "twelve")])
def test_a_cursor_of_another_list_is_refused(ask, path, other):
    answer = ask(f"{path}?cursor={other}")

    assert (answer.status_code, answer.json["error"]) == (400, "bad-question")
    assert answer.json["message"] == "the cursor is of another list: begin anew"


def test_the_releases_of_an_activity_are_reached_by_their_cursors(site, ask):
    versions = ["12", "11.10", "11.9", "2", "1"]
    site.shelve(*(a_release("org.example.Many", version) for version in reversed(versions)))
    path = "/activities/org.example.Many/releases?limit=2"

    pages = [ask(path)]
    while cursor_ := pages[-1].json["next"]:
        pages.append(ask(f"{path}&cursor={cursor_}"))

    found = [[each["version"] for each in page.json["items"]] for page in pages]
    assert found == [["12", "11.10"], ["11.9", "2"], ["1"]]
    assert ['rel="next"' in page.headers.get("Link", "") for page in pages] == [True, True, False]


def test_a_cursor_outlives_what_stood_before_and_behind_it():
    site = WebSite()
    known = site.shelve_many(3)
    path = "/api/v1/activities?sort=name&limit=2"
    cursor = site.client.get(path).json["next"]

    def left_without(*gone):
        for bundle_id in gone:
            site.catalog.apply(site.catalog.revision() + 1, bundle_id, None)
        answer = site.client.get(f"{path}&{urlencode({'cursor': cursor})}")
        assert answer.status_code == 200, answer.text
        return [each["bundle_id"] for each in answer.json["items"]], answer.json["next"]

    assert left_without(*known[:2]) == (known[2:], None)
    site.shelve(a_release(known[0]))
    assert left_without(known[2]) == ([], None)


@pytest.mark.parametrize("since", ["-1", "99999999999999999999", "x", ""])
def test_a_revision_out_of_range_is_refused(ask, since):
    assert ask(f"/changes?since={since}").status_code == 400


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=4), st.data())
@settings(max_examples=50, deadline=None)
def test_no_question_breaks_it(asked, data):
    site = WebSite()
    site.shelve(a_release())
    names = ("q", "sort", "category", "sugar", "lang", "cursor", "limit", "since", "have")
    asked = [(data.draw(st.sampled_from(names) | st.just(name)), value) for name, value in asked]

    for path in ("/activities", "/releases", "/developers", "/changes", "/updates", "/builds"):
        answer = site.client.get(f"/api/v1{path}", query_string=_encoded(asked))

        assert answer.status_code in (200, 400)
        assert json.loads(answer.data)


def _encoded(asked):
    return [(n.encode("utf-8", "replace"), v.encode("utf-8", "replace")) for n, v in asked]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_another_method_is_refused_with_those_that_there_are(site, method):
    answer = site.client.open("/api/v1/activities", method=method)

    assert answer.status_code == 405
    assert set(answer.json) == ERROR
    assert answer.json["hint"] == "Use one of the methods that the Allow header names."
    assert {each.strip() for each in answer.headers["Allow"].split(",")} == {
        "GET",
        "HEAD",
        "OPTIONS",
    }


@pytest.mark.parametrize("path", ["/nothing", "/activities?limit=0", "/developers/nobody"])
def test_an_error_is_in_english_whatever_the_reader_speaks(ask, path):
    answers = [ask(path, headers={"Accept-Language": lang}) for lang in ("en", "es", "ar")]

    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize("path", ["/nothing", "/activities?limit=0"])
def test_the_hint_of_an_error_leads_to_the_description(ask, path):
    assert "/api/v1/openapi.json" in ask(path).json["hint"]


def test_an_error_that_is_ours_is_in_english_too(ask, site, monkeypatch):
    def broken(*_, **__):
        raise CatalogError("cannot read /secret/place")

    monkeypatch.setattr(site.catalog, "find", broken)
    answer = ask("/activities", headers={"Accept-Language": "es"})

    assert answer.status_code == 503
    assert answer.json["message"] == "a part of this site is not working right now"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_breaks_has_a_number_and_tells_nothing(ask, site, monkeypatch, caplog):
    def broken(*_, **__):
        raise ZeroDivisionError("/secret/place")

    monkeypatch.setattr(site.catalog, "find", broken)
    answer = ask("/activities", headers={"Accept-Language": "es"})

    assert answer.status_code == 500
    assert set(answer.json) == {*ERROR, "request_id"}
    assert answer.json["message"] == "something on our side broke"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json["request_id"] in caplog.text


def test_the_catalog_is_told_while_the_record_is_away(ask, site, monkeypatch):
    def away(*_, **__):
        raise StoreError("no record")

    for name in ("recent_builds", "build", "delivery"):
        monkeypatch.setattr(site.store, name, away)

    assert ask("/activities").status_code == 200
    for path in ("/builds", "/builds/b1", "/deliveries/d1"):
        assert ask(path).status_code == 503


@pytest.mark.parametrize(
    "path", ["/activities", f"/activities/{MOON}", "/changes", "/builds", "/openapi.json"]
)
@pytest.mark.parametrize("accepted", ["", "br", "gzip"])
def test_who_knows_the_answer_is_told_so(ask, site, path, accepted):
    site.store.add_build(a_build())
    first = ask(path, headers={"Accept-Encoding": accepted})
    for cold in (False, True):
        if cold:
            site.app.wsgi_app._rest._pages.clear()
        known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": accepted}
        again = ask(path, headers=known)

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/activities", f"/activities/{MOON}", "/changes"])
def test_an_answer_has_another_tag_when_the_catalog_has_moved(ask, site, path):
    first = ask(path)
    site.shelve(a_release("org.sugarlabs.Sun"))

    again = ask(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def test_an_answer_has_another_tag_where_the_site_has_another_address(site):
    other = WebSite(catalog=site.catalog, public_url="https://other.example")
    tags = {each.client.get("/api/v1/activities").headers["ETag"] for each in (site, other)}

    assert len(tags) == 2


@pytest.mark.parametrize("tag", ['""', 'W/""', '"a", ""', "*", "x", '"', "é"])
def test_no_tag_breaks_it(ask, tag):
    for path in ("/activities", "/builds", "/openapi.json"):
        assert ask(path, headers={"If-None-Match": tag}).status_code in (200, 304)


@pytest.mark.parametrize("path", ["/activities", "/builds", "/openapi.json", "/nothing"])
def test_the_head_of_an_answer_is_that_of_the_answer(site, path):
    head, whole = (site.client.open(f"/api/v1{path}", method=method) for method in ("HEAD", "GET"))

    assert head.data == b""
    assert head.status_code == whole.status_code
    assert dict(head.headers) == dict(whole.headers)


def test_answers_differ_by_their_encoding_alone(ask):
    for path in ("/activities", "/builds", "/nothing"):
        assert ask(path).headers["Vary"] == "Accept-Encoding"


def test_an_answer_of_the_catalog_is_kept_for_readers_of_every_language(ask, site, monkeypatch):
    ask("/activities", headers={"Accept-Language": "es"})
    monkeypatch.setattr(site.catalog, "find", lambda *_: pytest.fail("it was asked again"))

    assert ask("/activities", headers={"Accept-Language": "ar"}).status_code == 200


def test_what_follows_is_never_shown_unasked(ask):
    assert ask("/changes").headers["Cache-Control"] == "no-cache"
    assert ask("/builds").headers["Cache-Control"] == "no-cache"
    assert ask("/activities").headers["Cache-Control"].startswith("public, max-age=60")


def test_no_answer_has_the_host_header_in_it(ask):
    for path in ("/activities?limit=1", f"/activities/{MOON}", "/changes?limit=1", "/nothing"):
        answer = ask(path, headers={"Host": "evil.example"})

        assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["/activities?limit=7&q=m&sort=name", "/developers?limit=7"])
def test_all_pages_of_a_list_are_reached_by_their_links(site, ask, path):
    who = [Developer(f"maker-{number:02}", "https://github.example/x", 1) for number in range(30)]
    for number, each in enumerate(who):
        site.shelve(a_release(f"org.sugarlabs.Many{number:02}"), developers=(each,))
    seen, link = [], f"{PUBLIC_URL}/api/v1{path}"
    while link:
        answer = site.client.get(link.removeprefix(PUBLIC_URL))
        assert answer.status_code == 200, answer.text
        seen += [each.get("bundle_id") or each["login"] for each in answer.json["items"]]
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
        assert bool(link) == (answer.json["next"] is not None)

    assert len(seen) == len(set(seen)) == 31


def test_all_builds_are_reached_by_their_cursors(site, ask):
    for number in range(5):
        site.store.add_build(a_build(f"b{number}", created_at=START + number * timedelta(hours=1)))
    pages = [ask("/builds?limit=2").json]
    while pages[-1]["next"]:
        pages.append(ask(f"/builds?limit=2&cursor={pages[-1]['next']}").json)

    assert [[each["id"] for each in page["items"]] for page in pages] == [
        ["b4", "b3"],
        ["b2", "b1"],
        ["b0"],
    ]
    assert ask("/builds?cursor=nothing").status_code == 400


def test_changes_are_followed_to_their_end_and_on(site, ask):
    for number in range(5):
        site.shelve(a_release(f"org.sugarlabs.Many{number:02}"))
    site.catalog.apply(site.catalog.revision() + 1, "org.sugarlabs.Many01", None)
    held = (a_release(state=ReleaseState.HELD),)
    site.catalog.apply(site.catalog.revision() + 1, MOON, Entry(an_activity(), held))

    first = ask("/changes?limit=4")
    rest = ask(f"/changes?since={first.json['next']}")
    told = first.json["items"] + rest.json["items"]

    assert f"limit=4&since={first.json['next']}>" in first.headers["Link"]
    assert "Link" not in rest.headers
    assert (first.json["is_more"], rest.json["is_more"]) == (True, False)
    assert [each["bundle_id"][14:] for each in told] == [
        *("Many00", "Many02", "Many03", "Many04", "Many01", "Moon")
    ]
    assert [each["activity"] is None for each in told] == [False] * 4 + [True] * 2
    assert ask(f"/changes?since={rest.json['next']}").json["items"] == []
    assert rest.json["next"] == site.catalog.revision()


def test_lists_are_filtered_and_in_the_language_asked(site, ask):
    site.shelve(a_release("org.sugarlabs.Sun"))

    assert ids(ask("/activities?q=sun")) == ["Sun"]
    assert ids(ask("/activities?developer=moon-maker&lang=pt-BR")) == ["Moon"]
    assert ids(ask("/activities?sort=name")) == ["Moon", "Sun"]
    assert ids(ask("/releases?limit=1&developer=moon-maker")) == ["Moon"]
    assert ask("/developers/MOON-maker").json["activities"] == 1
    assert ask("/categories").json == {"items": []}
    assert ask("/statistics").json["weeks"] == []


def test_a_delivery_tells_what_became_of_it(site, ask):
    site.store.add_delivery(a_delivery("abc-1", build_id="b1"))
    site.store.add_build(a_build(bundle_id=MOON, version="1"))

    told = ask("/deliveries/abc-1").json

    assert (told["verdict"], told["received_count"], told["build"]["id"]) == ("build", 1, "b1")
    assert told["build"]["bundle_id"] is None
    assert ask("/builds/b1").json == told["build"] == ask("/builds").json["items"][0]


def test_half_a_character_from_elsewhere_breaks_no_answer(site, ask):
    site.store.add_delivery(a_delivery("abc-1", reason="half \ud800", build_id=None))
    site.shelve(replace(a_release(), file_name="moon.xo", commit="\udfff"))

    assert ask("/deliveries/abc-1").json["reason"] == "half �"
    assert ask(f"/activities/{MOON}").json["releases"][0]["commit"] == "�"


def test_times_are_in_utc(ask):
    told = ask(f"/activities/{MOON}/releases/1").json

    assert told["published_at"] == START.isoformat().replace("+00:00", "Z")
    assert told["listed_at"] == (START + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_a_parameter_that_an_operation_does_not_know_is_refused(site, operation):
    path = re.sub("{[^}]*}", "1", operation.template).replace("activities/1", f"activities/{MOON}")
    body = {"json": {"sugar": "0.116", "installed": []}} if operation.takes else {}
    answer = site.client.open(f"/api/v1{path}?unheard-of=1", method=operation.method, **body)

    assert (answer.status_code, answer.json["error"]) == (400, "bad-question")
    assert "unheard-of" in answer.json["message"]
