"""`aslo import` of git trees on this machine, as an operator runs it."""

import json
from contextlib import closing

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from fixtures.bundles import bundle
from fixtures.trees import commit_all, git, make_repository, plain_activity, write_files

PLAIN = "org.example.Plain"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "clones"
    made.mkdir()
    return made


@pytest.fixture
def take(aslo, folder):
    """Import the folder with the builder that needs nothing."""

    def call(*more):
        return aslo("import", folder, *more, ASLO_BUILDER="plain")

    return call


def versions(place, *numbers, before=""):
    """A repository with a tag for each version."""
    for number in numbers:
        write_files_of(place, number)
        commit_all(place, f"{before}v{number}")
    return place


def write_files_of(place, number):
    place.mkdir(exist_ok=True)
    write_files(place, plain_activity(version=number))


def releases(tmp_path, bundle_id=PLAIN):
    with closing(SqliteStore(tmp_path / "var" / "aslo.db")) as store:
        activity = store.activity(bundle_id)
        found = sorted(store.releases(bundle_id), key=lambda each: each.version)
        return activity, [(each.version, each.tag, each.commit) for each in found]


def test_every_version_tag_of_a_clone_becomes_a_release_and_a_second_time_nothing_is_done(
    take, folder, tmp_path
):
    tree = versions(folder / "plain", "1", "2", "10")
    commits = [git(tree, "rev-parse", f"v{number}").strip() for number in ("1", "10", "2")]

    first, second = take(), take()

    assert (first.returncode, first.stdout) == (0, "3 imported, 0 already there, 0 refused\n")
    assert (second.returncode, second.stdout) == (0, "0 imported, 3 already there, 0 refused\n")
    activity, found = releases(tmp_path)
    assert found == [
        ("1", "v1", commits[0]),
        ("10", "v10", commits[1]),
        ("2", "v2", commits[2]),
    ]
    assert (activity.versions[0], activity.repository.full_name) == ("10", "")


def test_a_bare_clone_says_whose_it_is_by_its_origin(take, folder, tmp_path):
    versions(tmp_path / "plain", "1")
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "plain"), str(folder / "plain.git"))
    address = "git@github.com:sugarlabs/plain.git"
    git(folder / "plain.git", "config", "remote.origin.url", address)

    assert take().stdout == "1 imported, 0 already there, 0 refused\n"
    activity, _ = releases(tmp_path)
    assert (activity.repository.id, activity.repository.full_name) == (0, "sugarlabs/plain")


def test_the_folder_itself_may_be_a_clone(aslo, tmp_path):
    versions(tmp_path / "plain", "1")

    done = aslo("import", tmp_path / "plain", ASLO_BUILDER="plain")

    assert done.stdout == "1 imported, 0 already there, 0 refused\n"


def test_bundles_and_trees_may_be_mixed_and_a_bundle_counts_before_a_tag(take, folder, tmp_path):
    versions(folder / "plain", "1", "2")
    (folder / "paint.xo").write_bytes(bundle())
    (folder / "plain" / "dist").mkdir()
    built = take().stdout

    assert built == "3 imported, 0 already there, 0 refused\n"
    assert [version for version, _, _ in releases(tmp_path, "org.example.Paint")[1]] == ["3"]


def test_a_tag_that_does_not_build_is_refused_with_its_problems_and_the_others_go_on(
    take, folder, tmp_path
):
    versions(folder / "plain", "1", "02", "3")

    done = take("--report", tmp_path / "report.json")

    assert (done.returncode, done.stdout) == (1, "2 imported, 0 already there, 1 refused\n")
    (refused,) = json.loads((tmp_path / "report.json").read_text())["refused"]
    assert refused["file"].endswith("/clones/plain@v02")
    assert refused["code"] == "build-failed"
    assert "activity_version '02'" in refused["problems"][0]
    assert "developers" in refused["hint"]
    assert "release again" not in refused["hint"]
    assert [version for version, _, _ in releases(tmp_path)[1]] == ["1", "3"]


def test_of_tags_at_one_version_the_oldest_that_says_it_is_taken(take, folder, tmp_path):
    tree = versions(folder / "plain", "2", before="before-merge/")
    (tree / "more.py").write_text("more = 1\n")
    commit_all(tree, "v3")
    git(tree, "tag", "v2")
    git(tree, "tag", "nightly")
    (tree / "more.py").write_text("more = 2\n")
    git(tree, "tag", "--force", "v3", commit_all(tree, "unused"))

    done = take()

    assert [tag for _, tag, _ in releases(tmp_path)[1]] == ["before-merge/v2"]
    assert done.stdout.startswith("1 imported, ")


def test_a_tree_without_tags_is_one_clear_line_and_writes_nothing(take, folder, tmp_path):
    tree = make_repository(folder / "plain", plain_activity())
    git(tree, "tag", "--delete", "v1")

    done = take()

    assert (done.returncode, done.stdout) == (2, "")
    line = done.stderr.splitlines()[-1]
    assert line.startswith("Error: Invalid value for FOLDER: ")
    assert "plain cannot be imported: it has no tag" in line
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("kind", ["no activity", "broken"])
def test_a_tree_that_is_none_beside_others_is_passed_over(take, folder, tmp_path, kind):
    versions(folder / "plain", "1")
    make_repository(folder / "other", {"README": "A library."})
    if kind == "broken":
        (folder / "other" / ".git" / "HEAD").write_text("nonsense")

    done = take()

    assert done.returncode == 0
    assert done.stdout == "1 imported, 0 already there, 0 refused, 1 passed over\n"
    assert f"passed over {folder}/other: " in done.stderr


def test_a_partial_clone_is_passed_over_and_starts_nothing_that_it_names(take, folder, tmp_path):
    tree = versions(folder / "plain", "1")
    lacked = git(tree, "rev-parse", "v1:activity").strip()
    (tree / ".git" / "objects" / lacked[:2] / lacked[2:]).unlink()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": tmp_path.as_uri(),
        "remote.origin.promisor": "true",
        "remote.origin.uploadPack": f"touch {tmp_path}/ran; false",
    }.items():
        git(tree, "config", key, value)

    done = take("--dry-run")

    assert not (tmp_path / "ran").exists()
    assert done.returncode == 2
    assert "it is a partial clone, and what it lacks is not fetched" in done.stderr


def test_a_tag_with_a_letter_that_parts_lines_is_a_tag_like_any_other(take, folder):
    git(versions(folder / "plain", "1"), "tag", "old\N{LINE SEPARATOR}v2")

    done = take("--dry-run")

    assert (done.returncode, done.stdout) == (
        0,
        "1 would be imported, 1 already there, 0 refused\n",
    )


def test_a_dry_run_builds_and_leaves_no_trace(take, folder, tmp_path):
    versions(folder / "plain", "1", "02")

    done = take("--dry-run")

    assert done.stdout == "1 would be imported, 0 already there, 1 refused\n"
    assert [path.name for path in tmp_path.iterdir()] == ["clones"]


def test_a_machine_that_cannot_build_says_so_before_anything_of_a_tree_is_written(
    aslo, folder, tmp_path
):
    versions(folder / "plain", "1")

    done = aslo("import", folder, ASLO_BUILDER="docker", DOCKER_HOST="unix:///nowhere.sock")

    assert done.returncode == 2
    assert "no builder works on this machine; docker: " in done.stderr
    assert "Traceback" not in done.stderr
