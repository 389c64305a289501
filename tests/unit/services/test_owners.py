"""Who may publish what: a repository is known by its number, an activity by its owner."""

import itertools

import pytest

from aslo.domain.activity import RepositoryState
from aslo.domain.build import BuildState
from aslo.services import moving
from aslo.services import work as turns
from fakes.values import a_build, a_forge_release, a_repository
from fakes.world import INFO, a_bundle, a_tree, saying

MOON = "org.sugarlabs.Moon"
SECOND = a_forge_release(id=12)
THEIRS = a_repository(2, full_name="somebody/moon", owner_id=901)


@pytest.fixture
def owned(world, work):
    """An activity that repository 1 has published."""
    work()
    return world.store.activity(MOON)


@pytest.fixture
def release_of(world, work):
    """Let a repository release a bundle."""

    def call(repository, bundle):
        world.builder.bundle = bundle
        return work(a_build("b2", repository=repository, release=SECOND))

    return call


def kept(world):
    return dict(world.store.known_releases), set(world.files.contents), world.store.changes(0, 9)


@pytest.mark.case("D47", "T38")
@pytest.mark.parametrize("version", ["1", "1.0", "2", "999"])
def test_a_takeover_changes_nothing_and_leaves_nothing(world, owned, release_of, version):
    before = kept(world)

    ended = release_of(THEIRS, saying(version))

    assert (ended.state, ended.problems[0].code) == (BuildState.FAILED, "bundle-id-taken")
    assert world.store.activity(MOON) == owned
    assert kept(world) == before


@pytest.mark.case("D47", "T38")
def test_a_takeover_is_explained_on_the_commit(world, owned, release_of):
    release_of(THEIRS, saying("2"))

    turns.tell("w", bench=world.bench)

    said = world.forge.comments["b2-1-final-comment"]
    assert f"bundle_id {MOON} belongs to {owned.repository.full_name}" in said
    assert "Choose a bundle_id of your own" in said


@pytest.mark.case("D19", "D44")
def test_a_version_that_is_taken_leaves_no_file_of_the_other(world, owned, release_of):
    before = kept(world)
    world.source.files = {**a_tree(), "screenshots/one.png": b"another"}

    release_of(owned.repository, a_bundle({**a_tree(), "more.py": b""}))

    assert kept(world) == before


@pytest.mark.case("T40")
def test_a_renamed_repository_releases_on(world, owned, release_of):
    renamed = a_repository(1, full_name="sugarlabs-demo/selene")

    assert release_of(renamed, saying("2")).state is BuildState.PUBLISHED
    assert world.store.activity(MOON).repository == renamed


@pytest.mark.case("D47", "T40")
@pytest.mark.parametrize("owner_id", [900, 901])
def test_a_repository_made_again_under_the_old_name_is_another(world, owned, release_of, owner_id):
    again = a_repository(77, full_name=owned.repository.full_name, owner_id=owner_id)

    ended = release_of(again, saying("2"))

    assert ended.problems[0].code == "bundle-id-taken"
    assert world.store.activity(MOON) == owned


@pytest.mark.case("T40")
@pytest.mark.parametrize(
    "order", [*itertools.permutations(["renamed", "transferred"])], ids="-".join
)
def test_a_transfer_with_another_name_ends_alike_in_either_order(world, owned, order):
    now = a_repository(1, full_name="somebody/selene", owner_id=901)
    world.forge.states[1] = RepositoryState(now, private=False)

    for action in order:
        moving.follow(a_repository(1), action, store=world.store, forge=world.forge)

    assert world.store.activity(MOON).repository == now


HOSTILE_IDS = [
    *("../x", "/abs", ".", "..", "''", "a" * 300, "a.b" * 100, "a/b", "CON", "con.", "$where"),
    *("a.b$", "a.b\n  c", "org.sugarl\u0430bs.Moon", "a.b\0", "a.b c", "robots.txt", "a\\b.c"),
]


@pytest.mark.case("D31", "T27")
@pytest.mark.parametrize("bundle_id", HOSTILE_IDS)
def test_an_id_outside_the_grammar_claims_nothing_and_keeps_nothing(world, work, bundle_id):
    world.builder.bundle = saying(bundle_id=bundle_id)

    ended = work()

    assert ended.state is BuildState.FAILED
    assert (world.store.activities, world.store.known_releases) == ({}, {})
    assert world.files.contents == {}


@pytest.mark.case("T27")
@pytest.mark.parametrize(
    "bundle_id", ["org.sugarlabs.moon", "ORG.sugarlabs.Moon", "Org.Sugarlabs.MOON"]
)
def test_an_id_in_other_letters_is_the_owners_alone(world, owned, release_of, bundle_id):
    ended = release_of(THEIRS, saying("2", bundle_id))

    assert ended.problems[0].code == "bundle-id-taken"
    assert set(world.store.activities) == {MOON}


@pytest.mark.case("D42", "T27")
@pytest.mark.parametrize(
    "icon", ["../x", "/abs", "$where", "a.b", "x" * 300, "CON", "../../../../etc/passwd"]
)
def test_an_icon_that_is_a_way_to_somewhere_fails(world, work, icon):
    info = INFO.replace("icon = activity-moon", f"icon = {icon}")
    world.builder.bundle = a_bundle(a_tree(info))

    assert [p.code for p in work().problems if p.severity == "error"] == ["missing-icon"]
    assert world.files.contents == {}


@pytest.mark.case("D45", "D52", "T27")
@pytest.mark.parametrize("lang", ["$where", "a.b", "pt.BR", "a__b", "%2e%2e", "x" * 200, "..."])
def test_a_language_that_is_none_is_no_key_of_anything(world, work, lang):
    world.source.files = {**a_tree(), f"screenshots/{lang}/x.png": b"x"}
    named = f"locale/{lang}/activity.linfo"
    world.builder.bundle = a_bundle({**a_tree(), named: b"[Activity]\nname = X\n"})

    work()

    for found in world.store.releases(MOON):
        assert (found.details.languages, found.details.name.translations) == ((), {})
        assert found.screenshots == ()
