"""In which language the developers of a release are told, and since when that is known."""

import pytest

from aslo.domain.build import BuildState
from aslo.domain.delivery import Asset
from aslo.domain.errors import BadSourceError, BuildFailedError
from aslo.domain.problem import Problem
from aslo.services import work as turns
from fakes.values import a_forge_release, an_activity
from fakes.world import MOON, a_bundle, a_tree

SPANISH = b'[messages]\nlanguage = "es"\n'


@pytest.fixture
def wishing(world):
    """Let the tree say which language it wants."""

    def call(settings):
        world.source.files = {**a_tree(), ".aslo.toml": settings}

    return call


@pytest.fixture
def told(world, work):
    """Work the build, tell of it, and return the two comments."""

    def call():
        call.build = work()
        for _ in range(8):
            turns.tell("w", bench=world.bench)
            world.clock.tick(600)
        comments = world.forge.comments
        return [comments[f"b1-1-{which}-comment"] for which in ("started", "final")]

    return call


def test_the_end_is_told_in_the_language_of_the_tree(world, wishing, told):
    wishing(SPANISH)

    first, last = told()

    assert "has started" in first
    assert f"Publicado: {MOON} 1" in [said for _, said, _ in world.forge.statuses]
    assert "tiene su página" in last
    assert world.store.activity(MOON).language == "es"


def test_the_start_is_told_in_the_language_of_the_release_before(world, wishing, told):
    world.store.claim_bundle_id(an_activity(language="fr"))
    wishing(SPANISH)

    first, last = told()

    assert "a commencé" in first
    assert "tiene su página" in last


def test_a_tree_that_wishes_nothing_any_more_is_told_in_english(world, told):
    world.store.claim_bundle_id(an_activity(language="fr"))

    first, last = told()

    assert "a commencé" in first
    assert "has its page" in last
    assert world.store.activity(MOON).language == ""


def test_a_release_with_a_bundle_is_told_in_the_language_of_its_tree(world, wishing, told):
    attach(world)
    wishing(SPANISH)

    assert "tiene su página" in told()[1]


def test_where_the_tree_cannot_be_fetched_the_language_stays(world, told):
    attach(world)
    world.store.claim_bundle_id(an_activity(language="hi"))
    world.source.fail = BadSourceError("no tree")

    assert "पन्ना" in told()[1]
    assert world.store.activity(MOON).language == "hi"


def attach(world):
    world.forge.assets["Moon-1.xo"] = a_bundle()
    asset = Asset(1, "Moon-1.xo", "https://github.example/a", len(a_bundle()), "uploaded")
    world.forge.now = a_forge_release(assets=(asset,))


def test_a_language_that_is_not_spoken_is_a_warning_and_english(world, wishing, told):
    wishing(b'[messages]\nlanguage = "tlh"\n')

    _, last = told()

    assert "Published" in last or "has its page" in last
    assert "warning: `.aslo.toml:2`" in last
    assert "warning: .aslo.toml:2: the store has no messages in 'tlh'" in world.store.log("b1")


def test_it_is_told_beside_what_made_the_build_fail(world, wishing, told):
    wishing(b'[messages]\nlanguage = "tlh"\n')
    world.builder.fails = [BuildFailedError("it is odd", [Problem("x", "odd", "Mend it.")])]

    told()

    assert [each.code for each in told.build.problems] == ["x", "unknown-language"]
    assert told.build.state is BuildState.FAILED


def test_an_odd_settings_file_is_no_place_to_go(world, told, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_bytes(SPANISH)
    fetch = world.source.fetch

    def linked(repository, tag, commit, into, log):
        tree = fetch(repository, tag, commit, into, log)
        (tree / ".aslo.toml").symlink_to(secret)
        return tree

    world.source.fetch = linked

    assert "has its page" in told()[1]
