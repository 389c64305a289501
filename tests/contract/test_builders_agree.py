"""One tree gives one bundle, whichever builder packs it: the one Sugar's own builder makes."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from aslo.adapters.builder_plain import PlainBuilder
from aslo.domain.errors import BuildFailedError
from aslo.ports import Builder, Limits
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.sugar import bundle_by_sugar, contents, install_by_sugar
from fixtures.trees import (
    ODD_ACTIVITIES,
    Files,
    Link,
    Program,
    make_repository,
    plain_activity,
    translation,
)

BUILDERS = [
    pytest.param("builder_plain:PlainBuilder", id="plain"),
    pytest.param(
        "builder_bubblewrap:BubblewrapBuilder",
        id="bubblewrap",
        marks=pytest.mark.needs("bubblewrap", "sugar"),
    ),
    pytest.param("builder_docker:DockerBuilder", id="docker", marks=pytest.mark.needs("docker")),
]

TREES = [
    *(pytest.param(name, id=name, marks=pytest.mark.needs("debian")) for name in ACTIVITIES),
    *(pytest.param(name, id=f"odd-{name}") for name in ODD_ACTIVITIES),
]


SPANISH = translation("es", {"Plain": "Llano"})

ODD_TREES: dict[str, Files] = {
    "links": {**plain_activity(), "again.py": Link("activity.py")},
    "programs": {**plain_activity(), "run.sh": Program("#!/bin/sh\n")},
    "left out": {
        **plain_activity(),
        "MANIFEST": "x",
        "notes~": "x",
        "lib/MANIFEST": "x",
        "lib/x.pyc": "x",
        "dist/Old-1.xo": "x",
        "debian/control": "x",
        "screenshots/1.png": Link("/etc/passwd"),
        ".gitignore": "*",
    },
    "bad translation": {
        **plain_activity(),
        "po/es.po": SPANISH + '\nmsgid "Plain"\nmsgstr "x"\n',
        "po/fr.po": translation("fr", {"Plain": "Simple"}),
    },
    "plural that divides by zero": {
        **plain_activity(),
        "po/es.po": translation("es", {"Other": "Otro"}).replace(
            '"Content-Type', '"Plural-Forms: nplurals=2; plural=n/0;\\n"\n"Content-Type'
        ),
    },
    "other charset": {
        **plain_activity(),
        "po/es.po": translation("es", {"Plain": "Llaño"})
        .replace("UTF-8", "ISO-8859-1")
        .encode("latin-1"),
    },
    "no charset": {
        **plain_activity(),
        "po/es.po": translation("es", {"Plain": "Llaño"}).replace("; charset=UTF-8", ""),
        "po/fr.po": translation("fr", {"Plain": "Simple"}),
    },
    "empty translation": {**plain_activity(), "po/es.po": "", "po/fr.po": SPANISH},
    "empty summary": {**plain_activity(summary=""), "po/es.po": SPANISH},
    "locale with po": {
        **plain_activity(),
        "po/es.po": SPANISH,
        "locale/es/activity.linfo": "[Activity]\nname = old\n",
        "locale/fr/activity.linfo": "[Activity]\nname = old\n",
    },
    "locale without po": {**plain_activity(), "locale/es/activity.linfo": "[Activity]\n"},
    "a file named dist": {**plain_activity(), "dist": "x"},
    "a file named locale": {**plain_activity(), "locale": "x"},
    "a file named locale with po": {**plain_activity(), "locale": "x", "po/es.po": SPANISH},
    "a file named po": {**plain_activity(), "po": "x", "locale/es/activity.linfo": "[Activity]\n"},
    "translation without a language": {**plain_activity(), "po/.po": SPANISH},
    "hidden translation": {**plain_activity(), "po/.es.po": SPANISH, "po/es.po": SPANISH},
    "quotes": {
        **plain_activity(summary='"so"'),
        "po/es.po": translation("es", {'\\"so\\"': "así"}),
    },
    "percent": {**plain_activity(summary="100%% fun"), "po/es.po": SPANISH},
    "broken setup.py": {**plain_activity(), "setup.py": "raise SystemExit(3)\n"},
    "modules in the way": {**plain_activity(), "sugar3.py": "1/0\n", "zipfile.py": "1/0\n"},
}

REFUSED_TREES: dict[str, Files] = {
    "link out of the tree": {**plain_activity(), "link": Link("/etc/passwd")},
    "link into .git": {**plain_activity(), "link": Link(".git/config")},
    "link to a folder": {**plain_activity(), "link": Link("activity")},
    "link to nothing": {**plain_activity(), "link": Link("missing")},
    "link in a circle": {**plain_activity(), "link": Link("link")},
    "no activity.info": {"activity.py": ""},
    "no bundle id": {"activity/activity.info": "[Activity]\nname = A\nactivity_version = 1\n"},
    "no name": {"activity/activity.info": "[Activity]\nbundle_id = a.b\nactivity_version = 1\n"},
    "bad version": plain_activity(version="01"),
    "slash in the name": plain_activity(name="../A"),
    "bad settings": {**plain_activity(), ".aslo.toml": "x = 1\n"},
}


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


@pytest.mark.case("T35")
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


@pytest.mark.parametrize("tree", ODD_TREES)
def test_an_odd_tree_gives_the_bytes_that_the_plain_builder_gives(
    builder: Builder, tmp_path: Path, tree: str
):
    repository = make_repository(tmp_path / "tree", ODD_TREES[tree])
    (tmp_path / "plain").mkdir()
    (tmp_path / "into").mkdir()
    expected = PlainBuilder(Limits()).build(repository, tmp_path / "plain", print)

    bundle = builder.build(repository, tmp_path / "into", print)

    assert bundle.name == expected.name
    assert bundle.read_bytes() == expected.read_bytes()


@pytest.mark.parametrize("tree", REFUSED_TREES)
def test_a_tree_that_gives_no_bundle_is_refused_with_a_cure(
    builder: Builder, tmp_path: Path, tree: str
):
    repository = make_repository(tmp_path / "tree", REFUSED_TREES[tree])
    (tmp_path / "into").mkdir()

    with pytest.raises(BuildFailedError) as caught:
        builder.build(repository, tmp_path / "into", print)

    assert caught.value.problems
    assert all(problem.message and problem.remedy for problem in caught.value.problems)
    assert list((tmp_path / "into").iterdir()) == []
