"""A site that stands below a path, as the world sees it."""

import re

import pytest

from fakes.values import a_build, a_release
from fakes.web_site import MOON, WebSite
from fixtures.dressed_shelf import dress

SITE = "https://aslo.example/apps"
BUILD = a_build()


@pytest.fixture(scope="module")
def below():
    made = WebSite(public_url=SITE)
    dress(made)
    made.store.add_build(BUILD)
    return made


PAGES = (
    "/",
    "/es/",
    f"/{MOON}/3",
    f"/es/{MOON}/3",
    "/feeds/releases.atom",
    f"/feeds/activity/{MOON}.atom",
    "/opensearch.xml",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    f"/sitemaps/activities/{MOON}.xml",
    "/api/v1/activities",
    f"/api/v1/activities/{MOON}",
    "/api/v1/releases",
    "/api/v1/developers",
    "/api/v1/builds",
)


@pytest.mark.parametrize("path", PAGES)
def test_each_address_has_the_path_once(below, path):
    answer = below.client.get(path, environ_overrides={"SCRIPT_NAME": "/apps"})
    found = re.findall(r"https://aslo\.example(/[^\s\"'<>)]*)", answer.text)

    assert found
    for each in found:
        assert each.startswith("/apps/")
        assert each.count("/apps") == 1


def test_the_next_page_of_a_list_is_below_the_path(below):
    below.shelve_many(2)
    answer = below.client.get("/api/v1/activities?limit=1", base_url=SITE)

    assert answer.headers["Link"].startswith(f"<{SITE}/api/v1/activities?")


@pytest.mark.parametrize("root", ["/aslo.example", "/app", "/apps/more", "/evil"])
def test_a_path_that_is_not_that_of_the_site_takes_nothing_away(root):
    site = WebSite()
    site.shelve(a_release())
    answer = site.client.get("/api/v1/activities", environ_overrides={"SCRIPT_NAME": root})

    assert answer.json["items"][0]["page"].startswith(f"https://aslo.example{root}/")
