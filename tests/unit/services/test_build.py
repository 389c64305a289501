import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Developer, ReleaseState, RepositoryState
from aslo.domain.build import BuildState, SourceKind, StepName, StepState
from aslo.domain.delivery import Asset
from aslo.domain.errors import BadSourceError, BuilderError, BuildFailedError, ForgeError
from aslo.services.trying import Stopped
from fakes.values import COMMIT, a_build, a_forge_release, a_repository, an_activity
from fakes.world import INFO, a_bundle, a_tree

LEASE = timedelta(minutes=1)


def an_asset(data, name="Moon-1.xo", **changes):
    asset = Asset(
        id=5,
        name=name,
        url="https://api.github.example/assets/5",
        size_bytes=len(data),
        state="uploaded",
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
    )
    return replace(asset, **changes)


def attach(world, data, **changes):
    asset = an_asset(data, **changes)
    world.forge.assets[asset.name] = data
    world.forge.now = a_forge_release(assets=(asset,))


def no_picture():
    raise ValueError("it is no picture")


def release(world, key="1"):
    return world.store.release("org.sugarlabs.Moon", key)


@pytest.mark.case("T19")
def test_a_release_of_a_private_repository_is_never_built(world, work):
    world.forge.states[1] = RepositoryState(a_repository(), private=True)

    assert work().state is BuildState.WITHDRAWN
    assert (world.builder.built, world.forge.comments) == (0, {})


def test_a_repository_made_private_during_the_build_publishes_nothing(world, work):
    def hide():
        world.forge.states[1] = RepositoryState(a_repository(), private=True)

    world.builder.before = hide

    assert work().state is BuildState.WITHDRAWN
    assert release(world) is None


def test_a_queued_build_takes_the_repository_s_new_name(world, work):
    moved = a_repository(full_name="sugarlabs-demo/selene")
    world.forge.states[1] = RepositoryState(moved, private=False)

    assert work().repository == moved
    assert world.store.activity("org.sugarlabs.Moon").repository == moved


def test_a_tree_becomes_a_listed_release(world, work):
    ended = work()

    found = release(world)
    assert ended.state is BuildState.PUBLISHED
    assert found.state is ReleaseState.LISTED
    assert (found.tag, found.commit, found.version) == ("v1", COMMIT, "1")
    assert found.details.name.source == "Moon"
    assert world.files.has(found.bundle.sha256)
    assert world.files.has(found.icon.sha256)
    assert world.store.activity("org.sugarlabs.Moon").versions == ("1",)
    assert [c.bundle_id for c in world.store.changes(0, 10)] == ["org.sugarlabs.Moon"]


def test_every_step_is_kept_with_its_times(work):
    ended = work()

    assert [(s.name, s.state) for s in ended.steps] == [
        (name, StepState.PASSED) for name in StepName
    ]
    assert all(step.ended_at is not None for step in ended.steps)


@pytest.mark.case("D40")
def test_the_scratch_folder_is_gone_afterwards(world, work):
    work()

    assert list(world.workspace.root.iterdir()) == []


def test_an_attached_bundle_is_published_as_it_is(world, work):
    data = a_bundle()
    attach(world, data)

    ended = work()

    assert ended.state is BuildState.PUBLISHED
    assert ended.source is SourceKind.ASSET
    assert world.builder.built == 0
    assert release(world).bundle.sha256 == hashlib.sha256(data).hexdigest()
    assert {s.name: s.state for s in ended.steps}[StepName.BUILD] is StepState.SKIPPED


@pytest.mark.case("D17", "T23")
def test_an_attached_bundle_that_differs_from_its_digest_is_refused(world, work):
    attach(world, a_bundle(), digest="sha256:" + "0" * 64)

    ended = work()

    assert ended.state is BuildState.FAILED
    assert "announced sha256:000" in ended.problems[0].message
    assert release(world) is None


def test_an_asset_without_a_digest_is_taken(world, work):
    attach(world, a_bundle(), digest=None)

    assert work().state is BuildState.PUBLISHED


@pytest.mark.case("D16", "T22")
def test_other_assets_do_not_count_as_bundles(world, work):
    attach(world, b"hash", name="Moon-1.xo.sha256")

    assert work().source is SourceKind.TREE


@pytest.mark.case("D16", "T22")
def test_two_attached_bundles_are_refused_by_name(world, work):
    data = a_bundle()
    world.forge.now = a_forge_release(assets=(an_asset(data), an_asset(data, name="B.XO")))

    ended = work()

    assert ended.state is BuildState.FAILED
    assert "B.XO, Moon-1.xo" in ended.problems[0].message


@pytest.mark.case("D16", "T22")
@pytest.mark.parametrize("changes", [{"state": "starter"}, {"size_bytes": 0}])
def test_an_asset_still_on_its_way_is_waited_for_and_then_taken(world, work, changes):
    data = a_bundle()
    attach(world, data, **changes)

    waiting = work()
    attach(world, data)
    world.clock.tick(15)
    ended = work()

    assert (waiting.state, waiting.attempt) == (BuildState.QUEUED, 0)
    assert "Moon-1.xo" in waiting.outcome
    assert ended.state is BuildState.PUBLISHED


def test_the_wait_for_an_asset_begins_when_it_is_first_missed(world, work):
    attach(world, a_bundle(), state="starter")
    world.store.add_build(a_build())
    world.clock.tick(3600)

    assert work().state is BuildState.QUEUED


@pytest.mark.case("D16", "T22")
def test_an_asset_that_never_arrives_is_refused(world, work):
    attach(world, a_bundle(), state="starter")

    work()
    world.clock.tick(301)
    ended = work()

    assert ended.state is BuildState.FAILED
    assert "starter" in ended.problems[0].message


def test_an_asset_release_without_a_tree_lacks_only_the_screenshots(world, work):
    attach(world, a_bundle())
    world.source.fail = BadSourceError("no such commit")

    ended = work()

    assert ended.state is BuildState.PUBLISHED
    assert "no screenshots" in world.store.log(ended.id)


def test_screenshots_come_from_the_tree_in_their_languages(world, work):
    world.source.files = {
        **a_tree(),
        "screenshots/one.png": b"a",
        "screenshots/pt_BR/two.png": b"b",
        "screenshots/no.png": b"no picture",
        "screenshots/not-a-language-name/three.png": b"c",
    }
    attach(world, a_bundle())

    ended = work()

    assert [shot.lang for shot in release(world).screenshots] == ["", "pt_BR"]
    assert "no.png is left out" in world.store.log(ended.id)


def test_a_large_screenshot_is_kept_in_two_sizes_and_a_small_one_in_one(world, work):
    world.source.files = {**a_tree(), "screenshots/one.png": b"a"}
    attach(world, a_bundle())
    work()
    (shot,) = release(world).screenshots
    assert (shot.width, shot.height) == (800, 600)
    assert shot.small is not None
    assert [file in release(world).files for file in shot.files] == [True, True]
    with world.files.open(shot.small.sha256) as small:
        assert small.read() == b"a480"


def test_a_small_screenshot_is_kept_once(world, work):
    world.pictures.screenshot = lambda source, to, longest: (
        to.write_bytes(b"small") and ("image/webp", 400, 300)
    )
    world.source.files = {**a_tree(), "screenshots/one.png": b"a"}
    attach(world, a_bundle())
    work()
    assert release(world).screenshots[0].small is None


def test_a_text_beside_a_screenshot_is_its_caption(world, work):
    world.source.files = {
        **a_tree(),
        "screenshots/one.png": b"a",
        "screenshots/one.txt": b"\nThe moon, turned\x07 by a child \nmore",
        "screenshots/es/one.png": b"b",
        "screenshots/es/one.txt": b"La luna, " + b"a" * 2000,
        "screenshots/es/two.png": b"c",
    }
    attach(world, a_bundle())

    ended = work()

    captions = [shot.caption for shot in release(world).screenshots]
    assert captions == ["The moon, turned by a child", "La luna, " + "a" * 191, ""]
    assert "left out" not in world.store.log(ended.id)


@pytest.mark.case("T30")
def test_a_caption_that_is_a_link_is_never_opened(world, work, tmp_path):
    (tmp_path / "secret").write_text("secret")
    real_fetch = world.source.fetch

    def fetch(*args):
        tree = real_fetch(*args)
        (tree / "screenshots" / "one.txt").symlink_to(tmp_path / "secret")
        return tree

    world.source.fetch = fetch
    world.source.files = {**a_tree(), "screenshots/one.png": b"a"}
    attach(world, a_bundle())
    work()

    assert release(world).screenshots[0].caption == ""


@pytest.mark.case("D44")
def test_no_more_than_ten_screenshots_are_shown(world, work):
    world.source.files = a_tree() | {f"screenshots/{n:02}.png": b"x" for n in range(12)}

    ended = work()

    assert len(release(world).screenshots) == 10
    assert "only the first 10 screenshots" in world.store.log(ended.id)


@pytest.mark.case("D44")
def test_thousands_of_files_that_are_no_pictures_are_not_all_tried(world, work):
    tried = []
    world.pictures.screenshot = lambda source, to, longest: tried.append(source) or no_picture()
    world.source.files = a_tree() | {f"screenshots/{n:04}.png": b"x" for n in range(200)}

    work()

    assert len(tried) == 40


@pytest.mark.case("D44", "T30")
def test_a_screenshot_that_is_a_link_is_never_opened(world, work, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    real_fetch = world.source.fetch

    def fetch(*args):
        tree = real_fetch(*args)
        (tree / "screenshots").mkdir()
        (tree / "screenshots" / "x.png").symlink_to(secret)
        (tree / "screenshots" / "es").symlink_to(tmp_path)
        return tree

    world.source.fetch = fetch

    work()

    assert release(world).screenshots == ()


def test_three_faults_are_told_at_once(world, work):
    info = INFO.replace("activity_version = 1", "activity_version = 01")
    info = info.replace("icon = activity-moon", "icon = activity-sun")
    info = info.replace("Look at the moon", "100% moon")
    world.builder.bundle = a_bundle(a_tree(info))

    ended = work()

    errors = [p for p in ended.problems if p.severity == "error"]
    assert ended.state is BuildState.FAILED
    assert len(errors) == 3
    assert all(p.file == "activity/activity.info" and p.line and p.remedy for p in errors)
    assert world.store.known_releases == {}


def test_a_tree_is_told_all_its_faults_before_it_is_built(world, work):
    info = INFO.replace("activity_version = 1", "activity_version = 01")
    info = info.replace("icon = activity-moon", "icon = activity-sun")
    info = info.replace("Look at the moon", "100% moon")
    world.source.files = a_tree(info)

    ended = work()

    assert ended.state is BuildState.FAILED
    assert [(p.code, p.line) for p in ended.problems if p.severity == "error"] == [
        ("bad-version", 4),
        ("missing-icon", 6),
        ("bare-percent", 8),
    ]
    assert world.builder.built == 0
    assert "error: activity/activity.info:4: " in world.store.log(ended.id)


@pytest.mark.case("D36")
def test_a_tree_with_its_own_setup_is_judged_by_its_bundle(world, work):
    world.source.files = {**a_tree("[Activity]\n"), ".aslo.toml": b"[build]\nrun-setup = true\n"}

    assert work().state is BuildState.PUBLISHED


@pytest.mark.parametrize("settings", [b'[messages]\nlanguage = "es"\n', b"[build]\n"])
def test_a_tree_that_changes_nothing_of_itself_is_looked_at_before_it_is_built(
    world, work, settings
):
    world.source.files = {**a_tree("[Activity]\n"), ".aslo.toml": settings}

    assert work().state is BuildState.FAILED
    assert world.builder.built == 0


def test_a_tree_whose_settings_cannot_be_read_is_left_to_the_builder(world, work):
    world.source.files = {**a_tree("[Activity]\n"), ".aslo.toml": b"[build\n"}

    work()

    assert world.builder.built == 1


def test_a_build_that_gives_no_bundle_fails_with_its_reason(world, work):
    world.builder.fails = [BuildFailedError("setup.py gave no bundle")]

    ended = work()

    assert ended.state is BuildState.FAILED
    assert ended.problems[0].message == "setup.py gave no bundle"
    assert {s.name: s.state for s in ended.steps}[StepName.BUILD] is StepState.FAILED


@pytest.mark.case("D09", "D12")
def test_a_tag_that_does_not_exist_fails_by_name(world, work):
    world.forge.tags = {}

    for _ in range(3):
        ended = work()
        world.clock.tick(60)

    assert ended.state is BuildState.FAILED
    assert "'v1'" in ended.problems[0].message


@pytest.mark.case("T15")
def test_a_tag_that_is_hidden_for_half_a_minute_is_built(world, work):
    """Forges answer 404 for what they do not find just now."""
    tags, world.forge.tags = world.forge.tags, {}
    work()
    world.clock.tick(7)
    work()
    world.clock.tick(23)
    world.forge.tags = tags

    world.clock.tick(5)

    assert work().state is BuildState.PUBLISHED


@pytest.mark.case("T18", "T19")
@pytest.mark.parametrize("now", [{"draft": True}, {"tag": "v2"}])
def test_a_release_taken_back_before_it_was_built_is_withdrawn(world, work, now):
    world.forge.now = a_forge_release(**now)

    assert work().state is BuildState.WITHDRAWN


def test_a_release_that_the_forge_does_not_show_is_asked_for_three_times(world, work):
    world.forge.now = None

    states = []
    for _ in range(3):
        states.append(work().state)
        world.clock.tick(600)

    assert states == [BuildState.QUEUED, BuildState.QUEUED, BuildState.WITHDRAWN]


@pytest.mark.case("D10")
def test_trouble_on_our_side_is_tried_three_times_and_then_errored(world, work):
    world.builder.fails = [BuilderError("no engine")] * 3

    states = []
    for _ in range(3):
        states.append(work().state)
        world.clock.tick(600)

    assert states == [BuildState.QUEUED, BuildState.QUEUED, BuildState.ERRORED]
    assert world.store.build("b1").problems == ()


@pytest.mark.case("T15")
def test_trouble_that_passes_ends_well(world, work):
    world.forge.fails["resolve_tag"] = [ForgeError("502")]

    first = work()
    world.clock.tick(7)
    second = work()

    assert (first.state, second.state) == (BuildState.QUEUED, BuildState.PUBLISHED)


@pytest.mark.case("T15")
def test_the_forge_s_pause_is_kept(world, work):
    world.forge.fails["release"] = [ForgeError("slow down", retry_after=timedelta(hours=1))]

    assert work().not_before == world.clock() + timedelta(hours=1)


@pytest.mark.case("D08", "D40", "T17")
@pytest.mark.parametrize(
    "error",
    [ValueError("x"), KeyError("x"), OSError(28, "full"), UnicodeError("x"), MemoryError()],
)
def test_an_unforeseen_error_never_leaves_a_build_in_the_dark(world, work, error):
    world.builder.fails = [error] * 3

    for _ in range(3):
        ended = work()
        world.clock.tick(600)

    assert ended.state is BuildState.ERRORED
    assert list(world.workspace.root.iterdir()) == []


@pytest.mark.case("D10", "T12")
def test_a_build_that_kills_its_worker_is_given_up(world, work):
    world.store.add_build(a_build())
    for _ in range(3):
        world.store.claim_build("w", world.clock(), LEASE)
        world.clock.tick(61)

    ended = work()

    assert ended.state is BuildState.ERRORED
    assert world.builder.built == 0


@pytest.mark.case("T10")
def test_a_worker_that_lost_its_claim_publishes_nothing(world, work):
    real_build = world.builder.build

    def slow(*args):
        world.clock.tick(61)
        world.store.claim_build("other", world.clock(), LEASE)
        return real_build(*args)

    world.builder.build = slow

    work()

    assert release(world) is None
    assert world.store.build("b1").lease.owner == "other"


@pytest.mark.case("D12", "T18")
def test_the_tag_is_resolved_once_however_often_it_is_tried(world, work):
    world.builder.fails = [BuilderError("no engine")]
    work()
    world.forge.tags["v1"] = "f" * 40
    world.clock.tick(60)

    work()

    assert release(world).commit == COMMIT


@pytest.mark.case("D34", "D49", "T20")
def test_a_second_version_is_listed_above_the_first(world, work):
    work()
    world.builder.bundle = a_bundle(a_tree(INFO.replace("version = 1", "version = 1.10")))
    work(a_build("b2", release=a_forge_release(id=12)))
    world.builder.bundle = a_bundle(a_tree(INFO.replace("version = 1", "version = 1.9")))
    work(a_build("b3", release=a_forge_release(id=13)))

    assert world.store.activity("org.sugarlabs.Moon").versions == ("1.10", "1.9", "1")


@pytest.mark.case("D19", "T18", "T20")
def test_a_version_with_other_content_is_refused(world, work):
    work()
    before = release(world)
    world.builder.bundle = a_bundle({**a_tree(), "extra.py": b""})

    ended = work(a_build("b2", release=a_forge_release(id=12)))

    assert ended.state is BuildState.FAILED
    assert ended.problems[0].code == "version-taken"
    assert release(world) == before


@pytest.mark.case("D49")
def test_the_same_version_with_the_same_content_is_no_failure(world, work):
    work()

    assert work(a_build("b2", release=a_forge_release(id=12))).state is BuildState.SUPERSEDED


@pytest.mark.case("D47", "T38")
def test_a_bundle_id_of_another_repository_is_refused(world, work):
    work()
    world.builder.bundle = a_bundle(a_tree(INFO.replace("version = 1", "version = 2")))

    ended = work(a_build("b2", repository=a_repository(2)))

    assert ended.state is BuildState.FAILED
    assert ended.problems[0].code == "bundle-id-taken"
    assert "sugarlabs-demo/activity-1" in ended.problems[0].message
    assert release(world, "2") is None
    assert world.store.activity("org.sugarlabs.Moon").repository.id == 1


def test_a_bundle_id_that_was_claimed_and_never_published_is_nobody_s(world, work):
    world.store.claim_bundle_id(an_activity("org.sugarlabs.Moon", repository=a_repository(7)))
    early = work()
    world.clock.tick(3 * 3600)

    ended = work(a_build("b2", release=a_forge_release(id=12)))

    assert early.problems[0].code == "bundle-id-taken"
    assert ended.state is BuildState.PUBLISHED
    assert world.store.activity("org.sugarlabs.Moon").repository.id == 1


@pytest.mark.case("T27")
def test_a_bundle_id_that_looks_like_another_is_refused(world, work):
    work()
    world.builder.bundle = a_bundle(a_tree(INFO.replace("sugarlabs.Moon", "sugarlabs.moon")))

    ended = work(a_build("b2", repository=a_repository(2)))

    assert ended.problems[0].code == "bundle-id-taken"
    assert "looks like org.sugarlabs.Moon" in ended.problems[0].message


@pytest.mark.case("T40")
def test_a_renamed_repository_goes_on(world, work):
    work()
    world.builder.bundle = a_bundle(a_tree(INFO.replace("version = 1", "version = 2")))
    renamed = a_repository(full_name="sugarlabs-demo/luna")

    work(a_build("b2", repository=renamed, release=a_forge_release(id=12)))

    assert world.store.activity("org.sugarlabs.Moon").repository == renamed


def test_a_release_taken_back_and_published_again_is_listed_with_its_first_bytes(world, work):
    work()
    first = release(world)
    world.store.save_release(replace(first, state=ReleaseState.WITHDRAWN))

    ended = work(a_build("b2", release=a_forge_release(id=12)))

    assert ended.state is BuildState.PUBLISHED
    assert release(world).state is ReleaseState.LISTED
    assert release(world).bundle == first.bundle


@pytest.mark.case("D43")
def test_an_icon_that_cannot_be_shown_is_a_warning_to_the_developer(world, work):
    def icon(svg, seed):
        raise ValueError("it is no SVG")

    world.pictures.icon = icon

    ended = work()

    assert ended.state is BuildState.PUBLISHED
    assert [(p.code, p.severity) for p in ended.problems] == [("bad-icon", "warning")]


def test_a_release_gets_a_poster_of_its_icon(world, work):
    work()

    found = release(world)
    with (
        world.files.open(found.poster.sha256) as poster,
        world.files.open(found.icon.sha256) as icon,
    ):
        assert poster.read() == b"poster of " + icon.read()
    assert found.poster.media_type == "image/png"
    assert found.poster in found.files


def test_a_poster_that_cannot_be_drawn_keeps_nothing_from_the_learners(world, work):
    world.pictures.icon = lambda svg, seed: b"<svg>endless</svg>"

    ended = work()

    assert ended.state is BuildState.PUBLISHED
    assert ended.problems == ()
    assert release(world).poster is None
    assert "no picture for pages that link here" in world.store.log(ended.id)


def test_a_worker_that_is_stopped_gives_its_build_back_untried(world, work):
    world.builder.fails = [Stopped()]

    with pytest.raises(Stopped):
        work()

    back = world.store.build("b1")
    assert (back.state, back.attempt, back.lease) == (BuildState.QUEUED, 0, None)
    assert list(world.workspace.root.iterdir()) == []


@pytest.mark.case("D42")
def test_an_icon_beyond_the_tree_is_not_looked_for(world, work):
    world.source.files = a_tree(INFO.replace("activity-moon", "../../../../etc/hostname"))

    ended = work()

    assert ended.state is BuildState.FAILED
    assert world.builder.built == 0


def test_developers_come_with_copies_of_their_pictures(world, work):
    who = Developer("demo-developer", "https://github.example/demo-developer", 7)
    world.forge.contributors = [(who, "https://github.example/a.png")]

    work()

    [found] = world.store.activity("org.sugarlabs.Moon").developers
    assert found.login == "demo-developer"
    assert world.files.has(found.avatar.sha256)


@pytest.mark.case("D13", "T15")
@pytest.mark.parametrize("missing", ["developers", "download_picture"])
def test_missing_developers_fail_nothing(world, work, missing):
    who = Developer("demo-developer", "https://github.example/demo-developer", 7)
    world.forge.contributors = [(who, "https://github.example/a.png")]
    world.forge.fails[missing] = [ForgeError("502")]

    assert work().state is BuildState.PUBLISHED


def test_two_builds_of_one_tree_have_the_same_content(world, work):
    work()
    first = release(world).content_digest
    world.store.known_releases.clear()

    work(a_build("b2"))

    assert release(world).content_digest == first
