"""One tree gives one bundle, whichever builder packs it: the one Sugar's own builder makes."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from aslo.ports import Builder, Limits
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.sugar import bundle_by_sugar, contents, install_by_sugar
from fixtures.trees import ODD_ACTIVITIES, make_repository

BUILDERS = [
    pytest.param("builder_plain:PlainBuilder", id="plain"),
]

TREES = [
    *(pytest.param(name, id=name, marks=pytest.mark.needs("debian")) for name in ACTIVITIES),
    *(pytest.param(name, id=f"odd-{name}") for name in ODD_ACTIVITIES),
]


@pytest.fixture(params=BUILDERS)
def builder(request: pytest.FixtureRequest) -> Builder:
    module, _, name = request.param.partition(":")
    return getattr(import_module(f"aslo.adapters.{module}"), name)(Limits())


@pytest.fixture(params=TREES)
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param in ODD_ACTIVITIES:
        return make_repository(tmp_path / "tree", ODD_ACTIVITIES[request.param]())
    return real_activity(request.param)


@pytest.fixture
def build(builder: Builder, tree: Path, tmp_path: Path) -> Callable[[str], Path]:
    def build_into(folder: str) -> Path:
        into = tmp_path / folder
        into.mkdir()
        return builder.build(tree, into, lambda _: None)

    return build_into


@pytest.mark.needs("sugar")
def test_a_bundle_holds_what_sugars_own_builder_puts_in(
    build: Callable[[str], Path], tree: Path, tmp_path: Path
):
    expected = bundle_by_sugar(tree, tmp_path)

    ours = build("ours")

    assert ours.name == expected.name
    assert contents(ours) == contents(expected)


def test_two_builds_of_one_commit_are_the_same_bytes(build: Callable[[str], Path]):
    assert build("first").read_bytes() == build("second").read_bytes()


@pytest.mark.needs("sugar")
def test_sugars_client_installs_the_bundle(build: Callable[[str], Path], tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()

    bundle = build("ours")

    folder = Path(install_by_sugar(bundle, home)[-1])
    assert folder.is_relative_to(home)
    assert (folder / "activity/activity.info").is_file()
