"""The page of a check of a commit, which stands where a build's would."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState, StepName, StepState
from aslo.domain.problem import Problem
from fakes.clock import START
from fakes.values import COMMIT, a_build, a_check, a_head

ERROR = Problem("no-exec", "there is no exec", "Add exec.", "activity/activity.info", 7)


def a_running_check(**changes):
    check = replace(a_check(**changes), state=BuildState.RUNNING, fence=1)
    check = check.begin(StepName.RESOLVE, START).finish(StepName.RESOLVE, StepState.PASSED, START)
    return check.begin(StepName.CHECK, START)


@pytest.fixture
def show(site, read):
    def page(check, path=""):
        site.store.known_checks[check.id] = check
        return read(site.client.get(f"/builds/{check.id}{path}"))

    return page


def words(page):
    return " ".join(page.text_content().split())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (BuildState.PASSED, "ready to be released"),
        (BuildState.FAILED, "not ready to be released"),
        (BuildState.ERRORED, "trouble on our side"),
        (BuildState.SUPERSEDED, "overtaken by a later commit"),
        (BuildState.WITHDRAWN, "not checked"),
    ],
)
def test_the_title_says_what_was_checked_and_how_it_stands(show, state, said):
    page = show(a_check().end(state, "So.", START))
    assert words(page.find(".//h1")) == f"sugarlabs-demo/activity-1 Check of main: {said}"
    assert "Nothing of it is published." in words(page)


def test_a_pull_request_is_named_and_linked(show):
    page = show(a_check(head=a_head(pull_request=12, ref="refs/pull/12/head")))
    assert "Check of pull request #12" in words(page.find(".//h1"))
    assert page.xpath("//a[contains(@href, '/pull/12')]")
    assert page.xpath(f"//a[contains(@href, '/commit/{COMMIT}')]")


def test_problems_and_the_step_that_failed_come_first(show):
    check = a_running_check()
    page = show(check.end(BuildState.FAILED, "It cannot be used.", START, [ERROR]))
    text = words(page)
    assert "It stopped at this step: Check it" in text
    assert text.index("there is no exec") < text.index("Fetch the source")
    assert "activity/activity.info" in text


def test_there_is_no_step_that_publishes_and_no_way_to_the_store(show):
    page = show(replace(a_running_check(), builder="bubblewrap").end(BuildState.PASSED, "", START))
    steps = [words(step) for step in page.xpath("//*[contains(@class, 'step-name')]")]
    assert steps == [
        "Find the repository",
        "Fetch the source",
        "Make a bundle for trial",
        "Check it",
    ]
    assert "See it in the store" not in words(page)


def test_what_ends_quietly_shows_no_step_as_a_failure(show):
    page = show(a_running_check().end(BuildState.WITHDRAWN, "The commit is gone.", START))
    assert "It stopped at" not in words(page)


def test_a_running_check_renews_itself_until_that_is_stopped(site, show):
    check = a_running_check()
    page = show(check)
    assert "This page renews itself until the check has ended." in words(page)
    assert site.client.get(f"/builds/{check.id}").headers["Refresh"] == "4"
    assert "Refresh" not in site.client.get(f"/builds/{check.id}?still=1").headers


def test_the_log_is_there_as_text(site, show):
    check = a_running_check()
    site.store.append_log(check.id, 1, "fetching\n")
    assert "fetching" in words(show(check))
    assert site.client.get(f"/builds/{check.id}/log.txt").text == "fetching\n"


def test_programs_are_told_the_same(site, show):
    check = a_check(head=a_head(pull_request=12))
    show(check.end(BuildState.FAILED, "It cannot be used.", START, [ERROR]))
    told = site.client.get(f"/builds/{check.id}.json").json
    assert (told["state"], told["ended"], told["pull_request"]) == ("failed", True, 12)
    assert (told["ref"], told["problems"][0]["line"]) == ("refs/heads/main", 7)
    assert "tag" not in told


def test_no_list_takes_a_check_for_a_build(site, show):
    check = a_check().end(BuildState.PASSED, "", START + timedelta(minutes=1))
    show(check)
    site.store.add_build(a_build())
    assert check.id not in site.client.get("/builds").text
    assert [each["id"] for each in site.client.get("/api/v1/builds").json["items"]] == ["b1"]
    assert site.client.get(f"/api/v1/builds/{check.id}").status_code == 404
    assert site.client.get(f"/api/v1/builds?cursor={check.id}").status_code == 400


def test_a_hostile_branch_says_nothing_but_its_name(show):
    name = "refs/heads/<script>alert(1)</script>\u202e"
    page = show(a_check(head=a_head(ref=name)))
    assert not page.xpath("//h1//script")
    assert "<script>alert(1)</script>" in words(page.find(".//h1"))
