import errno
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from aslo.commands.build import build as command
from aslo.services.check import check_bundle
from fixtures.trees import commit_all, git, make_repository, plain_activity, write_files


@pytest.fixture
def build(aslo, tmp_path):
    """Run `aslo build` on a tree, with the builder that needs nothing."""

    def call(tree, *more):
        return aslo("build", tree, "-o", tmp_path / "out.xo", "--builder", "plain", *more)

    return call


def test_a_good_tree_becomes_a_bundle_that_may_be_published(build, tmp_path):
    done = build(make_repository(tmp_path / "tree", plain_activity()))

    assert done.returncode == 0, done.stderr
    assert check_bundle(tmp_path / "out.xo").bundle_id == "org.example.Plain"


def test_every_problem_is_printed_with_place_and_cure(build, tmp_path):
    tree = plain_activity(version="01", summary="100% fun", icon="sun")

    done = build(make_repository(tmp_path / "tree", tree))

    assert done.returncode == 1
    assert done.stderr.count("error: activity/activity.info:") == 3
    assert "Write its numbers without leading zeros." in done.stderr
    assert not (tmp_path / "out.xo").exists()


def test_a_ref_is_built_and_not_what_lies_in_the_folder(build, tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity(), "v1")
    write_files(tree, plain_activity(version="2"))
    commit_all(tree, "v2")
    (tree / "activity/activity.info").write_text("half edited")

    done = build(tree, "--ref", "v1")

    assert done.returncode == 0, done.stderr
    assert check_bundle(tmp_path / "out.xo").version == "1"


def test_a_tag_that_disagrees_is_a_warning(build, tmp_path):
    done = build(make_repository(tmp_path / "tree", plain_activity(), "v7"), "--ref", "v7")

    assert done.returncode == 0
    assert "warning: activity/activity.info" in done.stderr
    assert "v7" in done.stderr


def test_an_unknown_ref_is_named(build, tmp_path):
    done = build(make_repository(tmp_path / "tree", plain_activity()), "--ref", "v404")

    assert done.returncode == 2
    assert "has no tag or commit 'v404'" in done.stderr


def test_a_repository_without_a_commit_is_told_so(build, tmp_path):
    git(tmp_path, "init", "--quiet", "tree")

    done = build(tmp_path / "tree")

    assert done.returncode == 2
    assert "has no commit yet" in done.stderr


def test_a_folder_that_is_no_repository_is_told_what_to_do(build, tmp_path):
    (tmp_path / "tree").mkdir()

    done = build(tmp_path / "tree")

    assert done.returncode == 2
    assert "git init" in done.stderr


@pytest.mark.parametrize("tree", ["nowhere", __file__])
def test_a_tree_that_is_no_folder_is_a_wrong_call(build, tree):
    done = build(Path(tree))

    assert done.returncode == 2
    assert tree in done.stderr


def test_an_output_nowhere_is_refused_before_building(aslo, tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())

    done = aslo("build", tree, "-o", tmp_path / "nowhere" / "x.xo")

    assert done.returncode == 2
    assert "there is no folder" in done.stderr


@pytest.mark.parametrize("name", ["out.zip", "out", "xo"])
def test_an_output_that_sugar_would_not_know_is_refused_before_building(aslo, tmp_path, name):
    tree = make_repository(tmp_path / "tree", plain_activity())

    done = aslo("build", tree, "-o", name, "--builder", "plain")

    assert done.returncode == 2
    assert f"{name} does not end in .xo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_a_bare_repository_is_built_from_too(build, tmp_path):
    make_repository(tmp_path / "tree", plain_activity())
    git(tmp_path, "clone", "--quiet", "--bare", "tree", "bare.git")

    done = build(tmp_path / "bare.git", "--ref", "v1")

    assert done.returncode == 0, done.stderr


def test_an_unknown_builder_is_refused_with_the_known_ones(aslo, tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())

    done = aslo("build", tree, "-o", "x.xo", "--builder", "magic")

    assert done.returncode == 2
    assert "plain" in done.stderr


def test_names_with_spaces_and_accents_are_names(aslo, tmp_path):
    tree = make_repository(tmp_path / "mon activité à moi", plain_activity())

    done = aslo("build", tree, "-o", tmp_path / "où ça.xo", "--builder", "plain")

    assert done.returncode == 0, done.stderr
    assert check_bundle(tmp_path / "où ça.xo").version == "1"


@pytest.mark.parametrize("place", ["folder.xo", "pipe.xo"])
def test_an_output_that_is_no_file_is_left_alone(aslo, tmp_path, place):
    tree = make_repository(tmp_path / "tree", plain_activity())
    (tmp_path / "folder.xo").mkdir()
    os.mkfifo(tmp_path / "pipe.xo")

    done = aslo("build", tree, "-o", place, "--builder", "plain")

    assert done.returncode == 2
    assert place in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "folder.xo").is_dir()
    assert (tmp_path / "pipe.xo").is_fifo()


def test_an_output_that_cannot_be_written_is_one_clear_line(aslo, tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())

    done = aslo("build", tree, "-o", f"{'x' * 300}.xo", "--builder", "plain")

    assert done.returncode == 2
    assert "cannot be written: File name too long" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_a_full_disk_leaves_the_bundle_of_last_time(tmp_path, monkeypatch):
    def half(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    tree = make_repository(tmp_path / "tree", plain_activity())
    output = tmp_path / "out.xo"
    output.write_text("of last time")
    monkeypatch.setattr(shutil, "copyfile", half)

    done = CliRunner().invoke(command, [str(tree), "-o", str(output), "--builder", "plain"])

    assert done.exit_code == 2
    assert "No space left" in done.output
    assert output.read_text() == "of last time"
    assert {path.name for path in tmp_path.iterdir()} == {"tree", "out.xo"}


def test_an_output_that_is_a_link_is_followed(aslo, tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())
    (tmp_path / "link.xo").symlink_to("real.xo")

    done = aslo("build", tree, "-o", "link.xo", "--builder", "plain")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "link.xo").is_symlink()
    assert check_bundle(tmp_path / "real.xo").version == "1"
