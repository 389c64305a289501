"""Lists of a GitHub that gives them in pages, and knows which of them are as they were."""

from typing import Any

import pytest

from aslo.domain.errors import ForgeError, ForgeLimitError, NotFoundError
from fakes.scripted_github import CLOCK, answer, forge

MARK = 'W/"a-mark"'
RELEASES = "GET /repos/sugarlabs-demo/clock/releases?per_page=100"
REPOSITORIES = "GET /orgs/sugarlabs-demo/repos?per_page=100&type=public&sort=created&direction=asc"


def a_release(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "tag_name": f"v{number}",
        "name": None,
        "body": None,
        "html_url": f"https://github.example/sugarlabs-demo/clock/releases/tag/v{number}",
        "prerelease": False,
        "draft": False,
        "published_at": "2026-03-01T12:00:00Z",
        "assets": [],
    }


def a_repository(number: int, **flags: bool) -> dict[str, Any]:
    name = f"sugarlabs-demo/r{number}"
    address = f"https://github.example/{name}"
    return {
        "id": number,
        "owner": {"id": 1},
        "full_name": name,
        "html_url": address,
        "clone_url": f"{address}.git",
        "private": False,
        **flags,
    }


def test_the_repositories_of_an_organisation_are_read_to_the_last_page(caplog):
    whole = [a_repository(1 + number) for number in range(100)]
    last = [a_repository(101, fork=True, archived=True), {"id": "odd"}]
    github_forge, github = forge(answer(body=whole), answer(body=last))

    found = github_forge.repositories("sugarlabs-demo")

    assert [each.repository.id for each in found] == list(range(1, 102))
    assert (found[-1].fork, found[-1].archived, found[0].fork) == (True, True, False)
    assert github.calls == [REPOSITORIES, f"{REPOSITORIES}&page=2"]
    assert "odd shape" in caplog.text


def test_an_organisation_that_is_not_there_is_not_found():
    github_forge, _ = forge(answer(404, {"message": "Not Found"}))

    with pytest.raises(NotFoundError):
        github_forge.repositories("nobody")


def test_all_releases_are_read_to_the_last_page_with_the_mark_of_the_first():
    newest = [a_release(300 - number) for number in range(100)]
    github_forge, github = forge(answer(body=newest, etag=MARK), answer(body=[a_release(1)]))

    found = github_forge.all_releases(CLOCK)

    assert found is not None
    assert (len(found.releases), found.is_whole, found.mark) == (101, True, MARK)
    assert github.calls == [RELEASES, f"{RELEASES}&page=2"]
    assert "if-none-match" not in github.asked[0].headers


def test_a_list_that_is_as_it_was_is_not_read_again():
    github_forge, github = forge(answer(304))

    assert github_forge.all_releases(CLOCK, MARK) is None
    assert github.asked[0].headers["if-none-match"] == MARK


def test_an_odd_release_leaves_a_list_that_is_not_whole():
    github_forge, _ = forge(answer(body=[a_release(2), {"id": "odd"}]))

    found = github_forge.all_releases(CLOCK)

    assert found is not None
    assert ([each.id for each in found.releases], found.is_whole) == ([2], False)


@pytest.mark.parametrize(("status", "there"), [(200, True), (404, False)])
def test_a_file_is_looked_for_at_its_tag(status, there):
    github_forge, github = forge(answer(status, {"type": "file"}))

    assert github_forge.has_file(CLOCK, "activity/activity.info", "v1+a") is there
    (call,) = github.calls
    where = "/repos/sugarlabs-demo/clock/contents/activity%2Factivity.info"
    assert call == f"GET {where}?ref=refs%2Ftags%2Fv1%2Ba"


@pytest.mark.parametrize("ask", ["repositories", "all_releases", "has_file"])
def test_a_limit_is_told_from_other_trouble(ask):
    asked: dict[str, tuple[Any, ...]] = {
        "repositories": ("o",),
        "all_releases": (CLOCK,),
        "has_file": (CLOCK, "a", "v1"),
    }
    limited, _ = forge(answer(429, {"message": "wait"}, retry_after="7"))
    with pytest.raises(ForgeLimitError) as caught:
        getattr(limited, ask)(*asked[ask])
    assert caught.value.pause.total_seconds() == 7

    broken, _ = forge(answer(502))
    with pytest.raises(ForgeError):
        getattr(broken, ask)(*asked[ask])
