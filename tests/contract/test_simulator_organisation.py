"""The simulated forge with an organisation of years: its lists, its limits, and filling it."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.domain.errors import ForgeLimitError, TagNotFoundError
from aslo.simulator import Cut, Simulator, Stocked, fill

ORG = "sugarlabs-demo"
STOCK = (
    Stocked("first", [Cut("v1", {"a": "1"}), Cut("v2", {"a": "2"}, {"a.xo": b"bundle"})]),
    Stocked("second", [], {"fork": True, "archived": True}),
    Stocked("hidden", [Cut("v1", {"a": "1"})], {"private": True}),
)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    made = Simulator(tmp_path / "forge", "secret")
    made.start()
    fill(made, ORG, STOCK)
    yield made
    made.stop()


@pytest.fixture
def forge(simulator: Simulator) -> Iterator[GitHubForge]:
    made = GitHubForge(simulator.url, "token")
    yield made
    made.close()


def test_what_was_filled_in_is_listed_as_if_it_had_been_made_one_by_one(forge):
    first, second = forge.repositories(ORG)

    assert (first.repository.full_name, first.fork) == (f"{ORG}/first", False)
    assert (second.fork, second.archived) == (True, True)
    listing = forge.all_releases(first.repository)
    assert [each.tag for each in listing.releases] == ["v2", "v1"]
    assert [asset.name for asset in listing.releases[0].assets] == ["a.xo"]
    assert listing.releases[1].published_at < listing.releases[0].published_at
    assert forge.has_file(first.repository, "a", "v1")
    assert not forge.has_file(first.repository, "b", "v1")
    assert forge.resolve_tag(first.repository, "v1") != forge.resolve_tag(first.repository, "v2")
    with pytest.raises(TagNotFoundError):
        forge.resolve_tag(second.repository, "v1")


def test_a_list_that_did_not_change_is_known_by_its_mark_and_not_counted(forge, simulator):
    place = forge.repositories(ORG)[0].repository
    mark = forge.all_releases(place).mark
    before = simulator.limits.counted

    assert forge.all_releases(place, mark) is None
    assert simulator.limits.counted == before

    simulator.release(f"{ORG}/first", "v2", name="again")
    assert len(forge.all_releases(place, mark).releases) == 3


def test_nobody_writes_on_what_is_archived(simulator):
    commit = simulator.commit(f"{ORG}/second", {"a": "1"})
    path = f"{simulator.url}/repos/{ORG}/second/commits/{commit}/comments"

    answer = httpx.post(path, json={"body": "x"}, headers={"Authorization": "Bearer t"})

    assert answer.status_code == 403


def test_more_than_is_allowed_is_refused_and_remembered(simulator):
    simulator.limits.set(most=2, seconds=60)
    asked = [httpx.get(f"{simulator.url}/orgs/{ORG}/repos") for _ in range(3)]

    assert [each.status_code for each in asked] == [200, 200, 403]
    assert [each.headers["x-ratelimit-remaining"] for each in asked] == ["1", "0", "0"]
    assert float(asked[0].headers["x-ratelimit-reset"]) > time.time()
    assert (simulator.limits.counted, simulator.limits.overstepped) == (2, 1)


def test_after_its_time_as_much_is_allowed_again(simulator):
    simulator.limits.set(most=1, seconds=0)

    codes = {httpx.get(f"{simulator.url}/orgs/{ORG}/repos").status_code for _ in range(1)}
    time.sleep(1)
    codes |= {httpx.get(f"{simulator.url}/orgs/{ORG}/repos").status_code}

    assert codes == {200}


def test_a_pause_is_told_once_and_who_asks_all_the_same_is_remembered(simulator, forge):
    simulator.limits.pause(30)

    with pytest.raises(ForgeLimitError) as caught:
        forge.repositories(ORG)
    assert caught.value.pause.total_seconds() == 30
    assert simulator.limits.overstepped == 0

    with pytest.raises(ForgeLimitError):
        forge.repositories(ORG)
    assert simulator.limits.overstepped == 1
