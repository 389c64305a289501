"""All verdicts in one answer: what a machine with many activities asks once."""

import json
from dataclasses import replace

import brotli
import pytest

from aslo.domain.activity import Details, ReleaseState
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL

SUN = "org.sugarlabs.Sun"


@pytest.fixture
def site(site):
    luna = Details(LocalizedText("Moon", {"es": "Luna"}))
    gtk3 = replace(luna, compatibility=Compatibility(min_sugar="0.96"))
    site.shelve(
        a_release(version="1", details=luna),
        a_release(version="2", details=luna, state=ReleaseState.WITHDRAWN),
        a_release(version="9", details=luna, state=ReleaseState.HELD),
        a_release(version="3", details=gtk3),
        a_release(version="4", details=gtk3, prerelease=True),
    )
    site.shelve(a_release(SUN, state=ReleaseState.WITHDRAWN))
    return site


@pytest.fixture
def post(site):
    def ask(*installed, sugar="0.116", **more):
        named = [{"id": bundle_id, "version": version} for bundle_id, version in installed]
        body = {"sugar": sugar, "installed": named, **more}
        return site.client.post("/api/v1/updates", json=body)

    return ask


def told(answer):
    assert answer.status_code == 200, answer.text
    return [(each["id"], each["verdict"], each.get("version")) for each in answer.json["items"]]


def test_each_gets_its_verdict_in_the_order_asked_and_twice_if_asked_twice(post):
    asked = [("x.y", "1"), (MOON, "3"), (MOON, "1"), (SUN, "1"), (MOON, "2"), (MOON, "1")]

    assert told(post(*asked)) == [
        ("x.y", "unknown", None),
        (MOON, "current", None),
        (MOON, "newer", "3"),
        (SUN, "withdrawn", None),
        (MOON, "withdrawn", "3"),
        (MOON, "newer", "3"),
    ]


def test_what_is_offered_is_whole_and_named_in_the_language_asked(post, site):
    (told,) = post((MOON, "1"), lang="es-UY").json["items"]
    release = site.catalog.entry(MOON).releases[3]

    assert told == {
        "id": MOON,
        "verdict": "newer",
        "name": "Luna",
        "version": "3",
        "url": f"{PUBLIC_URL}/download/{MOON}/3/Moon-3.xo",
        "size_bytes": release.bundle.size_bytes,
        "sha256": release.bundle.sha256,
    }
    assert site.client.get(told["url"].removeprefix(PUBLIC_URL)).status_code == 200


def test_an_older_sugar_gets_the_last_that_runs_there(post):
    assert told(post((MOON, "0"), sugar="0.86")) == [(MOON, "newer", "1")]
    assert told(post((MOON, "2"), sugar="0.86")) == [(MOON, "withdrawn", "1")]


def test_what_is_not_finished_is_for_those_who_test(post):
    assert told(post((MOON, "3"), channel="testing")) == [(MOON, "newer", "4")]
    assert told(post((MOON, "4"))) == [(MOON, "current", None)]


@pytest.mark.parametrize(
    "version", ["", "x", "01", "1\n", "٣", "\x00", "9" * 64, "9" * 400, "1-2-3"]
)
def test_a_version_that_sugar_cannot_read_breaks_nothing(post, version):
    assert told(post((MOON, version)))[0][1] in ("newer", "current")


@pytest.mark.parametrize("bundle_id", ["", "x", "..", "a/b", "\x00", "é.b", "x' OR 1=1", "a:b,c"])
def test_an_id_that_none_can_have_is_unknown(post, bundle_id):
    assert told(post((bundle_id, "1"))) == [(bundle_id, "unknown", None)]


@pytest.mark.parametrize("version", ["1", "0", "2", "x"])
def test_of_an_activity_of_which_all_is_held_nothing_is_told(post, site, version):
    site.shelve(a_release("org.sugarlabs.Mooon", state=ReleaseState.HELD))

    assert told(post(("org.sugarlabs.Mooon", version))) == [
        ("org.sugarlabs.Mooon", "unknown", None)
    ]


@pytest.mark.parametrize("odd", [("a." + "b" * 127, "1"), ("é" * 400, "1"), ("a.b", "x" * 400)])
def test_one_odd_activity_does_not_cost_the_verdicts_of_the_rest(post, odd):
    assert told(post((MOON, "1"), odd)) == [(MOON, "newer", "3"), (odd[0], "unknown", None)]


def test_a_text_longer_than_any_id_or_version_is_refused(post):
    assert post(("x" * 401, "1")).status_code == 400
    assert post((MOON, "x" * 401)).status_code == 400


def test_a_thousand_are_judged_at_once_and_not_one_more(post, site):
    ids = [("org.sugarlabs." + "x" * 114, "1" * 64)] * 999
    whole = post((MOON, "1"), *ids)

    assert len(told(whole)) == 1_000
    assert post((MOON, "1"), (MOON, "1"), *ids).status_code == 400


def test_nothing_installed_is_nothing_to_do(post):
    assert post().json == {"items": []}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"null", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"sugar": "0.116"}', "application/json", 400),
        (b'{"sugar": 0.116, "installed": []}', "application/json", 400),
        (b'{"sugar": "0.116\\n", "installed": []}', "application/json", 400),
        (b'{"sugar": "0.116", "installed": [], "more": 1}', "application/json", 400),
        (b'{"sugar": "0.116", "installed": [], "channel": "x"}', "application/json", 400),
        (b'{"sugar": "0.116", "installed": [{"id": "\\ud800", "version": "1"}]}', None, 400),
        (b'{"sugar": "0.116", "installed": [{"id": "\xff", "version": "1"}]}', None, 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 30_000, "application/json", 400),
        (b'\xef\xbb\xbf{"sugar": "0.116", "installed": []}', "application/json", 400),
        (b'{"sugar": "0.116", "installed": []}', "text/plain", 415),
        (b'{"sugar": "0.116", "installed": []}', "application/x-www-form-urlencoded", 415),
        (b'{"sugar": "0.116", "installed": []}', "application/json; charset=utf-8", 200),
        (b" " * (256 * 1024) + b"1", "application/json", 413),
        (b"\x00" * 1_000, "application/json", 400),
    ],
)
def test_only_a_body_that_can_be_read_is_answered(site, body, content_type, status):
    answer = site.client.post(
        "/api/v1/updates", data=body, content_type=content_type or "application/json"
    )

    assert answer.status_code == status, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if status != 200:
        assert set(answer.json) == {"error", "message", "hint"}


def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit(site):
    class Endless:
        def read(self, size=-1):
            return b" " * (size if size > 0 else 2**20)

    answer = site.client.post(
        "/api/v1/updates",
        content_type="application/json",
        environ_overrides={"wsgi.input": Endless(), "wsgi.input_terminated": True},
    )

    assert answer.status_code == 413


def test_a_caller_of_another_origin_may_ask(site):
    answer = site.client.options(
        "/api/v1/updates",
        headers={
            "Origin": "https://sugarizer.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_other_pages_are_open_to_no_other_origin(site):
    for path in ("/", f"/{MOON}/3", "/api", "/api/hook", "/api/v10/x"):
        answer = site.client.get(path, headers={"Origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_same_is_asked_by_an_address_that_caches_keep(site, post, monkeypatch):
    path = f"/api/v1/updates?sugar=0.116&have=x.y:1,{MOON}:1,{SUN}:1&lang=es"
    answer = site.client.get(path)

    assert answer.json == post(("x.y", "1"), (MOON, "1"), (SUN, "1"), lang="es").json
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert post((MOON, "1")).headers["Cache-Control"] == "no-store"
    monkeypatch.setattr(site.catalog, "offers", lambda _: pytest.fail("it was asked again"))
    assert site.client.get(path).json == answer.json


def test_an_address_is_judged_anew_when_the_catalog_has_moved(site):
    path = f"/api/v1/updates?sugar=0.116&have={MOON}:1"
    before = site.client.get(path)
    entry = site.catalog.entry(MOON)
    held = tuple(
        replace(each, state=ReleaseState.HELD) if each.version == "3" else each
        for each in entry.releases
    )
    site.catalog.apply(site.catalog.revision() + 1, MOON, replace(entry, releases=held))

    after = site.client.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert told(before) == [(MOON, "newer", "3")]
    assert told(after) == [(MOON, "current", None)]


def test_an_odd_activity_costs_no_other_its_verdict_by_address_either(site):
    site.shelve(a_release(MOON, "2"))
    odd = f"{'x' * 400}:{'9' * 400}"
    answer = site.client.get(f"/api/v1/updates?sugar=0.116&have={odd},{MOON}:1")

    assert [each["verdict"] for each in answer.json["items"]] == ["unknown", "newer"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "sugar=0.116",
        f"sugar=0.116&have={'x' * 401}:1",
        f"have={MOON}:1",
        "sugar=0.116&have=",
        "sugar=0.116&have=a",
        "sugar=0.116&have=a:1,",
        "sugar=0.116&have=a:1:2",
        "sugar=0.116&have=:1",
        "sugar=0.116&have=" + ",".join(["a:1"] * 101),
        "sugar=0.116&have=" + ",".join(["a.bcdefghijklmnopqrstuvwxyz0123456789:1"] * 99),
        "sugar=x&have=a:1",
        "sugar=0.116&have=a:1&have=b:1",
    ],
)
def test_an_address_that_cannot_be_read_is_refused(site, query):
    assert site.client.get(f"/api/v1/updates?{query}").status_code == 400


def test_sixty_activities_take_few_bytes(site):
    ids = site.shelve_many(60, lambda name: a_release(name, "2"))
    body = {"sugar": "0.116", "installed": [{"id": each, "version": "1"} for each in ids]}
    answer = site.client.post("/api/v1/updates", json=body, headers={"Accept-Encoding": "br"})

    assert {each["verdict"] for each in json.loads(brotli.decompress(answer.data))["items"]} == {
        "newer"
    }
    # Their hashes alone are 32 bytes each, and no encoding makes them fewer.
    assert len(answer.data) < 60 * 60


def test_a_machine_that_knows_nothing_yet_judges_nothing(site, post):
    site.catalog.clear("another era")
    path = f"/api/v1/updates?sugar=0.116&have={MOON}:1"

    for answer in (post((MOON, "1")), site.client.get(path)):
        assert (answer.status_code, answer.json["error"]) == (503, "catalog-outage")
        assert int(answer.headers["Retry-After"]) >= 1
        assert "max-age" not in answer.headers.get("Cache-Control", "")
