"""A release of the forge meets an activity that was imported."""

from datetime import timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.declared import declared_repository
from aslo.services import build as builds
from aslo.services.assign import assign
from aslo.services.check import check_bundle
from fakes.values import a_build, a_release, a_repository, an_activity
from fakes.world import a_bundle

LEASE = timedelta(minutes=1)
MOON = "org.sugarlabs.Moon"
OURS = a_repository(7, full_name="sugarlabs/Moon")


@pytest.fixture
def publish(world):
    """Publish version 1 from a repository."""

    def call(repository=OURS):
        build = a_build(f"b-{repository.full_name}", repository=repository)
        world.store.add_build(build)
        return builds.run(world.store.claim_build("w", world.clock(), LEASE), bench=world.bench)

    return call


@pytest.fixture
def shelve(world):
    """Put an imported activity into the record, with releases or without any."""

    def call(declared, *releases):
        activity = an_activity(repository=declared_repository(declared))
        world.store.claim_bundle_id(activity)
        for release in releases:
            world.store.add_release(release)

    return call


def imported(version, digest):
    return a_release(version=version, build_id="", tag="", commit="", content_digest=digest)


def test_the_declared_repository_takes_over_and_is_then_known_by_its_number(world, shelve, publish):
    shelve("SugarLabs/moon", imported("0", "other"))

    assert publish().state is BuildState.PUBLISHED

    activity = world.store.activity(MOON)
    assert activity.repository == OURS
    assert activity.versions == ("1", "0")


@pytest.mark.parametrize("declared", ["sugarlabs/moon", ""])
@pytest.mark.parametrize("number", [8, 0])
def test_another_repository_never_takes_an_imported_id(world, shelve, publish, declared, number):
    shelve(declared, imported("0", "other"))

    ended = publish(a_repository(number, full_name="evil/moon"))

    assert ended.state is BuildState.FAILED
    assert [problem.code for problem in ended.problems] == ["bundle-id-unassigned"]
    assert f"aslo assign {MOON} evil/moon" in ended.problems[0].message
    assert world.store.activity(MOON).repository == declared_repository(declared)
    assert len(world.store.releases(MOON)) == 1


def test_an_imported_id_is_not_abandoned_while_its_releases_are_still_to_come(
    world, shelve, publish
):
    shelve("sugarlabs/moon")
    world.clock.tick(30 * 24 * 3600)

    assert publish(a_repository(8, full_name="evil/moon")).state is BuildState.FAILED


def test_a_look_alike_of_an_imported_id_is_refused(world, shelve, publish):
    activity = an_activity("org.sugarlabs.moon", repository=declared_repository("sugarlabs/Moon"))
    world.store.claim_bundle_id(activity)

    ended = publish()

    assert [problem.code for problem in ended.problems] == ["bundle-id-taken"]


def test_the_operator_says_whose_it_is(world, shelve, publish):
    shelve("", imported("0", "other"))
    assign(MOON, "sugarlabs/moon", store=world.store)

    assert publish().state is BuildState.PUBLISHED
    assert world.store.activity(MOON).repository == OURS


def test_after_it_was_taken_over_the_name_alone_opens_nothing(world, shelve, publish):
    shelve("sugarlabs/moon")
    publish()

    ended = publish(a_repository(9, full_name="sugarlabs/moon"))

    assert [problem.code for problem in ended.problems] == ["bundle-id-taken"]


def test_an_imported_release_with_the_same_content_becomes_the_builds(
    world, shelve, publish, tmp_path
):
    path = tmp_path / "moon.xo"
    path.write_bytes(a_bundle())
    before = imported("1", check_bundle(path).content_digest)
    shelve("sugarlabs/moon", before)

    assert publish().state is BuildState.PUBLISHED

    release = world.store.release(MOON, before.version_key)
    assert (release.tag, release.build_id) == ("v1", "b-sugarlabs/Moon")
    assert release.bundle == before.bundle
    assert release.listed_at == before.listed_at


def test_an_imported_release_with_other_content_stays(world, shelve, publish):
    shelve("sugarlabs/moon", imported("1", "other"))

    ended = publish()

    assert [problem.code for problem in ended.problems] == ["version-taken"]
    assert "from an imported bundle" in ended.problems[0].message
    assert world.store.activity(MOON).repository.is_declared
