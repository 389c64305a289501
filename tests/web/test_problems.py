"""The pages about problems, and who leads to them."""

import pytest

from aslo import problem_pages
from aslo.domain.build import BuildState
from aslo.domain.problem import Problem
from aslo.domain.problem_kinds import KINDS
from fakes.values import a_build

CODES = problem_pages.codes()


def test_the_list_leads_to_a_page_for_every_kind(site, read):
    page = read(site.client.get("/problems"))
    links = page.xpath("//main//dt/a/@href")

    assert sorted(links) == [f"/problems/{code}" for code in CODES]
    for link in links:
        assert site.client.get(link).status_code == 200, link


@pytest.mark.parametrize("path", ["/problems", "/problems/no-icon", "/ar/problems/no-icon"])
def test_a_page_about_problems_is_a_public_page(site, path):
    answer = site.client.get(path)

    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers


def test_a_page_has_the_four_parts_below_its_heading(site, read):
    page = read(site.client.get("/problems/bare-percent"))

    assert page.findtext(".//h1/bdi") == KINDS["bare-percent"].title
    assert page.xpath("//main//h2/text()") == ["What", "Why", "How to cure", "Example"]
    assert page.xpath("//main//pre/code/text()") == [
        "summary = Use 100% of your colours\n",
        "summary = Use 100%% of your colours\n",
    ]


def test_a_page_about_a_problem_says_that_it_is_in_english(site, read):
    page = read(site.client.get("/ar/problems/no-icon"))
    (text,) = page.xpath("//main/div[h2]")

    assert (text.get("lang"), text.get("dir")) == ("en", "ltr")
    assert page.xpath("//h1/bdi/@lang") == ["en"]


@pytest.mark.parametrize("code", ["nothing", "NO-ICON", "no_icon", "%3Cscript%3E", "..%2Ferrors"])
def test_a_code_that_is_none_is_not_found(site, code):
    assert site.client.get(f"/problems/{code}").status_code == 404


def test_a_build_leads_from_each_problem_to_its_page(site, read):
    problems = (
        Problem("no-icon", "there is no icon", "Add one."),
        Problem("of-another-version", "it is odd", "Mend it."),
    )
    site.store.add_build(a_build(id="b9", state=BuildState.FAILED, problems=problems))

    links = read(site.client.get("/es/builds/b9")).xpath("//section[h2/@id='problems']//a/@href")

    assert links == ["/es/problems/no-icon"]


def test_the_api_leads_from_each_problem_to_its_page(site):
    problems = (
        Problem("no-icon", "there is no icon", "Add one."),
        Problem("of-another-version", "it is odd", "Mend it."),
    )
    site.store.add_build(a_build(id="b9", state=BuildState.FAILED, problems=problems))

    told = site.client.get("/api/v1/builds/b9").json["problems"]

    assert [each["url"] for each in told] == [
        "https://aslo.example/problems/no-icon",
        "https://aslo.example/problems",
    ]


def test_crawlers_are_led_to_the_pages_about_problems(site):
    told = site.client.get("/sitemaps/pages.xml").text

    assert all(f"/problems/{code}</loc>" in told for code in CODES)
