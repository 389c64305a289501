"""Hostile addresses, and hostile words in every field that others write."""

import re
from dataclasses import fields, replace

import pytest

from aslo.domain.activity import Details, Developer, Release, Screenshot
from aslo.domain.build import Build, BuildState, Restart, RestartWay, StepName
from aslo.domain.locale import LocalizedText
from aslo.domain.problem import Problem
from fakes.clock import START
from fakes.values import a_build, a_file, a_forge_release, a_release, a_repository
from fakes.web_site import MOON

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>&amp;{{ 7*7 }}"
    "\x00\x1b\u202e\ud800\uffff"
)
LINK = "javascript:alert(1)//"


def evil_release() -> Release:
    shot = Screenshot(a_file("shot", "image/webp"), 8, 6, EVIL)
    details = Details(
        name=LocalizedText(EVIL, {"es": EVIL, EVIL: EVIL}),
        summary=LocalizedText(EVIL),
        description=LocalizedText(EVIL),
        license=EVIL,
        spdx=EVIL,
        categories=(EVIL,),
        homepage=LINK + EVIL,
        languages=(EVIL, "es"),
    )
    return a_release(
        details=details,
        tag=EVIL,
        commit=EVIL,
        notes=EVIL,
        html_url=LINK,
        screenshots=(shot,),
        icon=a_file("icon", "image/svg+xml"),
    )


def evil_build() -> Build:
    build = a_build(
        repository=a_repository(full_name=EVIL, html_url=LINK),
        release=a_forge_release(tag=EVIL, name=EVIL, notes=EVIL, html_url=LINK),
        delivery_guid=EVIL,
        commit=EVIL,
        bundle_id=EVIL,
        version=EVIL,
        builder=EVIL,
        language=EVIL,
        remark=EVIL,
        restart_asked=Restart(RestartWay.COMMENT, START, EVIL),
    )
    problem = Problem(EVIL, EVIL, EVIL, EVIL, 1)
    ended = build.begin(StepName.RESOLVE, START).end(BuildState.FAILED, EVIL, START, [problem])
    return replace(ended, remark=EVIL)


@pytest.fixture
def client(site):
    site.shelve(
        evil_release(),
        a_release(version="2"),
        repository=a_repository(full_name=EVIL, html_url=LINK),
        developers=(Developer(EVIL, LINK, 1, a_file("face", "image/webp")),),
    )
    site.store.known_builds["b1"] = evil_build()
    site.store.logs["b1", 1] = (EVIL + "\n" + EVIL, 0)
    return site.client


PAGES = [
    "/",
    "/es/",
    f"/{MOON}/1",
    f"/es/{MOON}/1",
    f"/{MOON}/releases",
    "/search?q=alert",
    "/developers",
    "/builds",
    "/builds/b1",
]


@pytest.mark.case("T29")
@pytest.mark.parametrize("path", PAGES)
def test_words_of_others_are_only_words(client, read, path):
    answer = client.get(path)
    page = read(answer)

    assert answer.status_code == 200
    data = page.xpath("//script[@type='application/ld+json']")
    assert page.xpath("//script[not(@src)] | //b | //@onerror | //img[@src='x']") == data
    assert [each for each in data if set(each.text) & set("<>&'")] == []
    assert [url for url in page.xpath("//@href | //@src") if "javascript" in url.lower()] == []
    said = re.sub(r"[0-9a-f]{64}|2026", "", page.find("body").text_content())
    assert "49" not in said


@pytest.mark.parametrize("path", [f"/{MOON}/1", "/builds/b1"])
def test_a_mark_of_direction_turns_nothing_around_it(client, read, path):
    page = read(client.get(path))

    isolated = page.xpath("//bdi//text() | //code//text() | //*[@dir='auto']//text()")
    everywhere = page.xpath("//text()")
    marked = [text for text in everywhere if "\u202e" in text]
    assert marked
    assert [text for text in marked if text not in isolated] == []
    assert "\u202e" not in page.find(".//title").text


def test_every_word_of_a_build_is_attacked_here():
    harmless = {"id", "created_at", "not_before", "state", "round", "attempt", "fence", "lease"}
    harmless |= {"waits_since", "claimed_at", "begun_at", "limited_since"}
    harmless |= {"source", "told", "ended_at", "steps", "problems", "repository", "release"}
    harmless |= {"restart_asked", "quiet"}  # but for who asked
    texts = {field.name for field in fields(Build)} - harmless

    assert {name for name in texts if EVIL not in getattr(evil_build(), name)} == set()
    assert evil_build().restart_asked.by == EVIL


def test_a_hostile_build_is_told_to_programs_as_data(client):
    answer = client.get("/builds/b1.json")

    assert answer.mimetype == "application/json"
    assert answer.json["problems"][0]["message"] == EVIL
    assert client.get("/builds/b1/log.txt").mimetype == "text/plain"


def test_hostile_words_of_a_search_are_only_words(client, read):
    page = read(client.get("/search", query_string={"q": EVIL.replace("\ud800", "")}))

    assert page.xpath("//script[not(@src)] | //b | //@onerror") == []


@pytest.mark.case("D50", "D52", "T42")
@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%00",
        f"/{MOON}%00/1",
        f"/{MOON}/1%00",
        f"/{MOON}/1%0a",
        f"/{MOON}/..",
        f"/{MOON}/..%2f..%2fx",
        "/" + "x" * 8192,
        "/" + "x." * 4096 + "x/1",
        "/" + "../" * 2000,
        f"/{MOON}/" + "1." * 4000 + "1",
        "/$where/",
        "/a__b/",
        "/\\evil.example",
        "/%ff%fe",
        "/builds/%ff",
        "/api/v2",
        "/.git/config",
        "/en/en/",
        "/en/api/hook",
        "/en/download/org.sugarlabs.Moon/1/Moon-1.xo",
    ],
)
def test_a_hostile_address_is_not_found(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.case("T42")
def test_a_broken_query_is_answered(client):
    for query in ("page", "q=%ff", "q=%ed%a0%80", "sort=%00", "&&&", "q=a&q=b", "x=" + "y" * 8000):
        assert client.get("/search?" + query).status_code in (200, 404), query


def test_a_release_whose_words_are_all_empty_has_a_page(site, read):
    empty = replace(a_release(), details=Details(LocalizedText("")), tag="", commit="")
    site.shelve(empty)

    answer = site.client.get(f"/{MOON}/1")

    assert answer.status_code == 200
    read(answer)
