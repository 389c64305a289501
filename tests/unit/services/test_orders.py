"""Releases in any order and side by side: all are there, and the highest is the latest."""

import itertools

import pytest

from aslo.domain.activity import ReleaseState, latest
from aslo.domain.build import BuildState
from fakes.values import a_build, a_forge_release, a_repository
from fakes.world import FakeBuilder, saying

MOON = "org.sugarlabs.Moon"
VERSIONS = ("1.9", "1.10", "2", "10")


def release_of(number, repository=None):
    return a_build(
        f"b{number}",
        repository=repository or a_repository(),
        release=a_forge_release(id=10 + number),
    )


@pytest.fixture
def publish(world, work):
    """Build a release that gives a bundle."""

    def call(number, bundle, repository=None):
        world.builder.bundle = bundle
        return work(release_of(number, repository))

    return call


@pytest.mark.case("D34", "D49", "T20")
@pytest.mark.parametrize("order", [*itertools.permutations(VERSIONS)], ids=" ".join)
def test_versions_in_any_order_are_all_listed_and_the_highest_is_the_latest(world, publish, order):
    ends = [publish(number, saying(version)).state for number, version in enumerate(order)]

    assert set(ends) == {BuildState.PUBLISHED}
    assert {release.state for release in world.store.releases(MOON)} == {ReleaseState.LISTED}
    assert world.store.activity(MOON).versions == tuple(reversed(VERSIONS))
    assert latest(world.store.releases(MOON)).version == "10"


@pytest.mark.case("D19", "T20")
@pytest.mark.parametrize("again", ["1", "1.0", "1.0.0", "1-peru"])
def test_a_version_in_another_spelling_with_other_content_is_refused(world, publish, again):
    publish(1, saying("1"))
    before = world.store.releases(MOON)

    ended = publish(2, saying(again, other="1"))

    assert (ended.state, ended.problems[0].code) == (BuildState.FAILED, "version-taken")
    assert world.store.releases(MOON) == before


@pytest.mark.case("D25", "T20")
def test_two_releases_of_one_repository_at_once_are_both_right(world, publish, work):
    def meanwhile():
        first, world.builder = world.builder, FakeBuilder(saying("1"))
        assert work(release_of(1)).state is BuildState.PUBLISHED
        world.builder = first

    world.builder.before = meanwhile

    assert publish(2, saying("2")).state is BuildState.PUBLISHED
    assert world.store.activity(MOON).versions == ("2", "1")
    assert list(world.workspace.root.iterdir()) == []


@pytest.mark.case("D25", "T20")
def test_repositories_of_one_name_at_once_do_not_touch_each_other(world, publish, work):
    mine = a_repository(1, full_name="one/moon")
    theirs = a_repository(2, full_name="two/moon", owner_id=901)

    def meanwhile():
        first, world.builder = world.builder, FakeBuilder(saying(bundle_id="org.two.Moon"))
        assert work(release_of(1, theirs)).state is BuildState.PUBLISHED
        world.builder = first

    world.builder.before = meanwhile
    publish(2, saying(bundle_id="org.one.Moon"), mine)

    assert world.store.activity("org.one.Moon").repository == mine
    assert world.store.activity("org.two.Moon").repository == theirs
    assert len({(build, fence) for build, fence in world.workspace.opened}) == 2
