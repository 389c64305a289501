"""Fetching a commit by git: the right tree comes, and nothing of the repository runs."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aslo.adapters.source_git import GitSource
from aslo.domain.errors import BadSourceError, ForgeError
from fakes.values import a_repository
from fixtures.fetching import LIMITS, MEBIBYTE, SANDBOXES
from fixtures.git_server import git_server
from fixtures.trees import Link, Program, git, make_repository, plain_activity


@pytest.fixture(params=SANDBOXES)
def source(request: pytest.FixtureRequest) -> GitSource:
    return GitSource(request.param(LIMITS), ("http",), LIMITS)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def address(served: Path) -> Iterator[str]:
    with git_server(served) as address:
        yield address


@pytest.fixture
def publish(served: Path, tmp_path: Path) -> Callable[[Path], str]:
    """Serve a repository as `demo`; gives its commit."""

    def clone(repository: Path) -> str:
        git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(served / "demo"))
        return git(repository, "rev-parse", "HEAD").strip()

    return clone


@pytest.fixture
def fetch(source: GitSource, address: str, into: Path) -> Callable[..., Path]:
    def fetch_it(commit: str, name: str = "demo", log: list[str] | None = None) -> Path:
        repository = a_repository(clone_url=f"{address}/{name}")
        return source.fetch(repository, "v1", commit, into, (log if log is not None else []).append)

    return fetch_it


def test_one_commit_comes_with_its_files_modes_and_links(fetch, publish, tmp_path) -> None:
    files = {**plain_activity(), "run": Program("#!/bin/sh\n"), "link": Link("/etc/passwd")}
    commit = publish(make_repository(tmp_path / "tree", files))

    tree = fetch(commit)

    assert git(tree, "-c", "safe.directory=*", "rev-parse", "HEAD").strip() == commit
    assert (tree / "activity.py").read_text() == files["activity.py"]
    assert (tree / "run").stat().st_mode & 0o777 == 0o755
    assert (tree / "activity.py").stat().st_mode & 0o777 == 0o644
    assert (tree / "link").is_symlink()


def test_a_worker_that_shares_nothing_shares_with_its_sandbox(
    fetch, publish, tmp_path, into
) -> None:
    commit = publish(make_repository(tmp_path / "tree", plain_activity()))
    into.chmod(0o700)
    before = os.umask(0o077)
    try:
        tree = fetch(commit)
    finally:
        os.umask(before)

    assert (tree / "activity.py").stat().st_mode & 0o777 == 0o644


@pytest.mark.case("D24", "T18")
def test_the_commit_counts_and_not_a_branch_with_the_tags_name(fetch, publish, tmp_path) -> None:
    repository = make_repository(tmp_path / "tree", plain_activity())
    tagged = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "checkout", "--quiet", "-b", "v1")
    (repository / "activity.py").write_text("evil = True\n")
    git(repository, "commit", "--quiet", "--all", "--message=Evil")
    publish(repository)

    assert "evil" not in (fetch(tagged) / "activity.py").read_text()


def test_an_older_commit_can_be_fetched(fetch, publish, tmp_path) -> None:
    repository = make_repository(tmp_path / "tree", plain_activity("1"))
    first = git(repository, "rev-parse", "HEAD").strip()
    make_repository(repository, plain_activity("2"), "v2")
    publish(repository)

    assert "activity_version = 1" in (fetch(first) / "activity/activity.info").read_text()


@pytest.mark.parametrize("name", ["missing", "private"])
def test_a_repository_that_nobody_may_clone_is_the_authors_to_cure(fetch, name) -> None:
    with pytest.raises(BadSourceError, match="not everybody can clone"):
        fetch("0" * 40, name)


def test_a_commit_that_is_not_there_is_the_authors_to_cure(fetch, publish, tmp_path) -> None:
    publish(make_repository(tmp_path / "tree", plain_activity()))

    with pytest.raises(BadSourceError, match="no commit 1111"):
        fetch("1" * 40)


def test_a_server_out_of_order_is_an_outage(fetch) -> None:
    with pytest.raises(ForgeError, match="cannot be fetched now"):
        fetch("0" * 40, "broken")


def test_a_server_that_is_away_is_an_outage(source, into) -> None:
    repository = a_repository(clone_url="http://127.0.0.1:9/demo")

    with pytest.raises(ForgeError, match="cannot be fetched now"):
        source.fetch(repository, "v1", "0" * 40, into, lambda _: None)


@pytest.mark.case("D26", "T36")
@pytest.mark.parametrize(
    "url", ["file:///srv/x", "ext::sh -c touch% /tmp/x", "ssh://host/x", "git://host/x", "-x", "/x"]
)
def test_only_the_allowed_ways_lead_to_a_repository(source, into, url) -> None:
    with pytest.raises(BadSourceError, match="clone address"):
        source.fetch(a_repository(clone_url=url), "v1", "0" * 40, into, lambda _: None)


@pytest.mark.case("T36")
def test_git_itself_refuses_another_way(source, into, publish, tmp_path, served) -> None:
    """Should a server redirect, or the check above have a hole."""
    commit = publish(make_repository(tmp_path / "tree", plain_activity()))
    source._require_scheme = lambda _: None

    with pytest.raises(ForgeError, match="not allowed"):
        source.fetch(
            a_repository(clone_url=f"file://{served}/demo"), "v1", commit, into, lambda _: None
        )


@pytest.mark.case("D26", "T36")
def test_nothing_of_the_repository_runs(fetch, publish, tmp_path) -> None:
    touched = tmp_path / "touched"
    evil = f"#!/bin/sh\ntouch {touched}\n"
    submodules = (
        f'[submodule "a"]\n\tpath = a\n\turl = ext::sh -c touch% {touched}\n\tupdate = checkout\n'
        f'[submodule "b"]\n\tpath = b\n\turl = file://{tmp_path}\n'
    )
    files = {
        **plain_activity(),
        ".gitattributes": "* filter=evil diff=evil\n",
        ".gitconfig": f'[filter "evil"]\n\tsmudge = touch {touched}\n',
        "hooks/post-checkout": Program(evil),
        ".githooks/post-checkout": Program(evil),
        ".gitmodules": submodules,
    }
    repository = make_repository(tmp_path / "tree", files)
    for name in "ab":
        git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{name}")
    git(repository, "commit", "--quiet", "--message=Submodules")
    log: list[str] = []

    tree = fetch(publish(repository), log=log)

    assert not touched.exists()
    assert not list((tree / ".git").glob("hooks/*"))
    assert [line for line in log if "submodule is not fetched" in line and line.endswith(": a")]


@pytest.mark.case("D26", "T36")
def test_a_tree_over_the_limit_is_not_taken(fetch, publish, tmp_path) -> None:
    noise = subprocess.run(
        ["head", "-c", str(12 * MEBIBYTE), "/dev/urandom"], capture_output=True, check=True
    )
    commit = publish(make_repository(tmp_path / "tree", {"noise": noise.stdout}))

    with pytest.raises(BadSourceError, match="more than 8 MiB"):
        fetch(commit)


@pytest.mark.case("T36")
def test_a_tree_that_unfolds_over_the_limit_is_not_taken(fetch, publish, tmp_path) -> None:
    files = {f"zeros-{number}": bytes(6 * MEBIBYTE) for number in range(4)}
    commit = publish(make_repository(tmp_path / "tree", files))

    with pytest.raises(BadSourceError):
        fetch(commit)


@pytest.mark.case("D14", "T34", "T36")
def test_no_credential_and_no_setting_of_ours_is_used(
    source, fetch, publish, tmp_path, monkeypatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    touched = tmp_path / "touched"
    (home / ".gitconfig").write_text(f"[credential]\n\thelper = !touch {touched}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_ASKPASS", f"touch {touched}")

    with pytest.raises(BadSourceError):
        fetch("0" * 40, "private")

    assert not touched.exists()


@pytest.mark.parametrize("commit", ["main", "v1", "", "--upload-pack=x", "0" * 39, "0" * 40 + "\n"])
def test_a_commit_is_a_hash(source, into, commit) -> None:
    with pytest.raises(ValueError, match="hex digits"):
        source.fetch(a_repository(), "v1", commit, into, lambda _: None)
