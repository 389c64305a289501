"""What the isolating builders answer to honest trees, and to trees with honest faults."""

import os
import zipfile
from pathlib import Path

import pytest

from aslo.domain.errors import BuildFailedError
from aslo.ports import Builder, Limits
from fixtures.isolation import ISOLATING
from fixtures.trees import SETUP, Link, Program, git, make_repository, plain_activity, translation


@pytest.fixture(params=ISOLATING)
def builder(request: pytest.FixtureRequest) -> Builder:
    return request.param(Limits())


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def log() -> list[str]:
    return []


def refused(builder: Builder, tree: Path, into: Path, log: list[str]) -> BuildFailedError:
    with pytest.raises(BuildFailedError) as caught:
        builder.build(tree, into, log.append)
    assert list(into.iterdir()) == []
    return caught.value


def test_it_works_here(builder) -> None:
    assert builder.available() is None


def test_a_bundle_holds_what_git_lists_with_its_modes(builder, tmp_path, into, log) -> None:
    files = {**plain_activity(), "tool": Program("#!/bin/sh\n"), "dist/Old-1.xo": b"old"}
    tree = make_repository(tmp_path / "tree", files)
    (tree / "untracked").write_text("x")

    bundle = builder.build(tree, into, log.append)

    with zipfile.ZipFile(bundle) as archive:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert bundle.name == "Plain-1.xo"
    assert modes == {
        "Plain.activity/activity.py": 0o644,
        "Plain.activity/activity/activity.info": 0o644,
        "Plain.activity/activity/activity-plain.svg": 0o644,
        "Plain.activity/tool": 0o755,
    }


def test_an_own_setup_gives_the_same_bundle_in_the_same_bytes(builder, tmp_path, into, log) -> None:
    asks = {".aslo.toml": "[build]\nrun-setup = true\n", "setup.py": SETUP}
    tree = make_repository(tmp_path / "tree", {**plain_activity(), **asks})
    again = tmp_path / "again"
    again.mkdir()

    one = builder.build(tree, into, log.append)
    other = builder.build(tree, again, log.append)

    assert one.read_bytes() == other.read_bytes()
    assert any("own setup.py" in line for line in log)


def test_without_asking_no_code_of_the_activity_runs(builder, tmp_path, into, log) -> None:
    files = {**plain_activity(), "setup.py": "raise SystemExit('it ran')\n"}
    shadows = dict.fromkeys(("gettext.py", "zipfile.py", "sugar3.py"), "print('it ran')\n")
    tree = make_repository(tmp_path / "tree", {**files, **shadows})

    builder.build(tree, into, log.append)

    assert not [line for line in log if "it ran" in line]


def test_a_bad_translation_is_left_out_and_named_in_the_log(builder, tmp_path, into, log) -> None:
    files = {
        **plain_activity(),
        "po/de.po": translation("de", {"Plain": "Einfach"}),
        "po/fr.po": 'msgid "Plain\nmsgstr broken',
    }

    bundle = builder.build(make_repository(tmp_path / "tree", files), into, log.append)

    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
    assert "Plain.activity/locale/de/LC_MESSAGES/org.example.Plain.mo" in names
    assert not [name for name in names if "locale/fr/" in name]
    assert [line for line in log if line.startswith("po/fr.po:2")]


def test_no_activity_info_is_the_problem_named(builder, tmp_path, into, log) -> None:
    tree = make_repository(tmp_path / "tree", {"activity.py": ""})

    [problem] = refused(builder, tree, into, log).problems

    assert (problem.code, problem.file) == ("no-info", "activity/activity.info")


def test_what_the_bundle_builder_says_is_the_cause(builder, tmp_path, into, log) -> None:
    files = {**plain_activity(), "activity/activity.info": "[Activity]\nname = A\nname = B\n"}
    tree = make_repository(tmp_path / "tree", files)

    assert "name" in refused(builder, tree, into, log).message
    assert any("Traceback" in line for line in log)


def test_a_dangling_link_is_named(builder, tmp_path, into, log) -> None:
    files = {**plain_activity(), "COPYING": Link("/usr/share/nowhere/GPL-3")}

    assert "COPYING" in refused(builder, make_repository(tmp_path / "t", files), into, log).message


def test_a_folder_without_a_commit_is_no_source(builder, tmp_path, into, log) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    git(tree, "init", "--quiet")

    [problem] = refused(builder, tree, into, log).problems

    assert problem.code == "no-work-tree"


def test_a_setup_that_is_asked_for_must_be_there(builder, tmp_path, into, log) -> None:
    files = {**plain_activity(), ".aslo.toml": "[build]\nrun-setup = true\n"}

    [problem] = refused(builder, make_repository(tmp_path / "t", files), into, log).problems

    assert problem.code == "no-setup"


@pytest.mark.parametrize("content", [Link("/etc/passwd"), "[build]\nrun-setup = 1\n", "x" * 70_000])
def test_bad_wishes_are_refused_before_anything_runs(builder, tmp_path, into, log, content) -> None:
    tree = make_repository(tmp_path / "tree", {**plain_activity(), ".aslo.toml": content})

    [problem] = refused(builder, tree, into, log).problems

    assert (problem.code, problem.file) == ("bad-settings", ".aslo.toml")
    assert log == []


def test_a_fifo_for_wishes_is_refused_and_not_waited_for(builder, tmp_path, into, log) -> None:
    tree = make_repository(tmp_path / "tree", plain_activity())
    os.mkfifo(tree / ".aslo.toml")

    assert refused(builder, tree, into, log).problems[0].code == "bad-settings"


def test_settings_of_the_repository_run_nothing_and_change_nothing(
    builder, tmp_path, into, log
) -> None:
    """A tree given on a command line has a .git/config of its own."""
    tree = make_repository(tmp_path / "tree", plain_activity())
    git(tree, "config", "core.fsmonitor", "touch /tmp/ran; false")
    git(tree, "config", "log.showSignature", "true")

    assert builder.build(tree, into, log.append).name == "Plain-1.xo"
