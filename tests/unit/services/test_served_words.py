"""What is served is what is described: names, versions and needs come from the bundle."""

import pytest

from aslo.domain.build import BuildState, SourceKind
from aslo.domain.delivery import Asset
from aslo.domain.sugar import Toolkit
from aslo.services import report
from fakes.values import a_forge_release
from fakes.world import INFO, a_bundle, a_tree

MOON = "org.sugarlabs.Moon"
OTHER_ICON = b'<svg xmlns="http://www.w3.org/2000/svg" width="55" height="55"><rect/></svg>'


def info(**changes):
    """The activity.info of the world with other values."""
    lines = [line.partition(" = ") for line in INFO.splitlines()]
    return "\n".join(f"{key}{sign}{changes.get(key, value)}" for key, sign, value in lines)


def release(world, bundle_id=MOON):
    [found] = world.store.releases(bundle_id)
    return found


@pytest.fixture
def attach(world):
    """Attach files to the release, by their names."""

    def call(*names, data=b"", **changes):
        values = {"url": "https://x.example/5", "size_bytes": len(data), "state": "uploaded"}
        assets = [Asset(5 + n, name, **values | changes) for n, name in enumerate(names)]
        world.forge.assets |= dict.fromkeys(names, data)
        world.forge.now = a_forge_release(assets=tuple(assets))

    return call


@pytest.mark.case("D33", "D34", "T21")
@pytest.mark.parametrize("version", ["0", "1.9", "1.10", "1.10.1", "9", "10", "28.1", "33~dfsg"])
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Moon", "Moon"),
        ("2 Cars", "2Cars"),
        ("Paint v2.1", "Paintv21"),
        ("Tam-Tam Mini", "Tam-TamMini"),
    ],
)
def test_file_name_page_and_address_tell_one_version(world, work, name, slug, version):
    world.builder.bundle = a_bundle(a_tree(info(name=name, activity_version=version)))

    assert work().state is BuildState.PUBLISHED

    found = release(world)
    assert (found.version, found.details.name.source) == (version, name)
    assert found.file_name == f"{slug}-{version}.xo"
    assert report.page_path(found) == f"/{MOON}/{version}"
    assert report.download_path(found) == f"/download/{MOON}/{version}/{slug}-{version}.xo"


@pytest.mark.case("D33", "D34", "T21")
@pytest.mark.parametrize(
    "version",
    ["1a5", "nan", "inf", "1e3", "-1", "1_0", "\u0661", "", "1" * 200, "2xxo", "1.", "v1", "1 2"],
)
def test_a_version_that_sugar_cannot_read_fails_with_its_reason(world, work, version):
    world.builder.bundle = a_bundle(a_tree(info(activity_version=version)))

    ended = work()

    assert ended.state is BuildState.FAILED
    assert [p.code for p in ended.problems if p.severity == "error"] in (
        [["bad-version"], ["no-activity-version"]]
    )
    assert world.store.known_releases == {}


CHOICES = {
    "nothing": ((), SourceKind.TREE),
    "a checksum alone": (("Moon-1.xo.sha256",), SourceKind.TREE),
    "a checksum beside it": (("Moon-1.xo.sha256", "Moon-1.xo"), SourceKind.ASSET),
    "in capitals": (("MOON-1.XO",), SourceKind.ASSET),
    "other kinds": (("moon.xol", "moon.xo.zip", "xo", "moon.rpm"), SourceKind.TREE),
    "only the ending": ((".xo",), SourceKind.ASSET),
}


@pytest.mark.case("D16", "T22")
@pytest.mark.parametrize(("names", "source"), CHOICES.values(), ids=CHOICES)
def test_the_bundle_is_the_one_file_that_ends_in_xo(world, work, attach, names, source):
    attach(*names, data=a_bundle())

    ended = work()

    assert (ended.state, ended.source) == (BuildState.PUBLISHED, source)


@pytest.mark.case("D16", "T22")
def test_a_bundle_that_is_uploaded_within_three_minutes_is_taken(world, work, attach):
    attach("Moon-1.xo", data=b"", state="starter")
    states = []
    for _ in range(11):
        states.append(work().state)
        world.clock.tick(15)
    attach("Moon-1.xo", data=a_bundle())

    ended = work()

    assert set(states) == {BuildState.QUEUED}
    assert (ended.state, ended.source) == (BuildState.PUBLISHED, SourceKind.ASSET)


@pytest.mark.case("D17", "T23")
@pytest.mark.parametrize(
    "name",
    ["../../x.xo", "/tmp/x.xo", "..", "a/b.xo", "a\0b.xo", "x" * 5_000 + ".xo", "\u202eox.xo"],
)
def test_the_name_of_an_attached_file_leads_nowhere(world, work, attach, name):
    asked = []
    download = world.forge.download_asset

    def remember(asset, to, limit_bytes):
        asked.append(to)
        return download(asset, to, limit_bytes)

    world.forge.download_asset = remember
    attach(name, data=a_bundle())

    assert work().state is BuildState.PUBLISHED
    assert [to.relative_to(world.workspace.root).parts[1:] for to in asked] in ([("asset.xo",)], [])


@pytest.mark.case("D36", "T31", "T37")
@pytest.mark.parametrize("attached", [False, True], ids=["built", "attached"])
def test_a_release_is_told_of_in_the_words_of_its_bundle(world, work, attach, attached):
    said = info(name="Luna", activity_version="7", summary="From the bundle", license="MIT")
    bundle = a_bundle({**a_tree(said), "activity/activity-moon.svg": OTHER_ICON})
    world.builder.bundle = bundle
    if attached:
        attach("Moon-7.xo", data=bundle)

    work()

    found = release(world)
    details = found.details
    assert (found.version, details.name.source, details.spdx) == ("7", "Luna", "MIT")
    assert details.summary.source == "From the bundle"
    with world.files.open(found.icon.sha256) as icon:
        assert icon.read() == OTHER_ICON
    with world.files.open(found.bundle.sha256) as served:
        assert served.read() == bundle


@pytest.mark.case("D36", "T31")
def test_a_bundle_of_another_id_than_its_tree_is_the_bundles(world, work):
    world.builder.bundle = a_bundle(a_tree(info(bundle_id="org.sugarlabs.Luna")))

    work()

    assert set(world.store.activities) == {"org.sugarlabs.Luna"}


SETUPS = {
    "GTK 2": ("sugar-activity moon.Moon", b"import gtk\n", (Toolkit.GTK2, "0.86")),
    "GTK 3 in Python 2": ("sugar-activity moon.Moon", b"import gi\n", (Toolkit.GTK3, "0.96")),
    "GTK 3": ("sugar-activity3 moon.Moon", b"import gi\n", (Toolkit.GTK3, "0.116")),
    "GTK 4": ("sugar-activity4 moon.Moon", b"import gi\n", (Toolkit.GTK4, "0.121")),
    "web": ("sugar-activity-web", b"", (Toolkit.WEB, "0.100")),
}


@pytest.mark.case("D35", "T31")
@pytest.mark.parametrize(("command", "source", "needs"), SETUPS.values(), ids=SETUPS)
def test_what_an_activity_needs_is_told_from_its_bundle(world, work, command, source, needs):
    said = a_tree(info(exec=command)) | {"moon.py": source, "setup.py": b"# caf\xe9\n\xff\xfe"}
    del said["activity.py"]
    world.builder.bundle = a_bundle(said)
    world.source.files = {**a_tree(), "moon.py": b"from sugar4 import graphics\n"}

    work()

    found = release(world).details.compatibility
    assert (found.toolkit, found.min_sugar) == needs
