"""Repositories and servers that attack whoever fetches: large ones, crowded ones, silent ones."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aslo.adapters.sandbox import Sandbox
from aslo.adapters.source_git import GitSource
from aslo.domain.errors import BadSourceError, ForgeError
from aslo.ports import Limits
from fakes.values import a_repository
from fixtures.fetching import LIMITS, MEBIBYTE, SANDBOXES
from fixtures.git_server import git_server
from fixtures.isolation import processes_with
from fixtures.live import eventually
from fixtures.trees import COMMITTED_AT, git, make_repository, plain_activity

COMMITS, COMMIT_BYTES = 240, 100_000
REFS = 200_000
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n"

MakeSandbox = Callable[[Limits], Sandbox]


@pytest.fixture(params=SANDBOXES)
def make_sandbox(request: pytest.FixtureRequest) -> MakeSandbox:
    return request.param


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def address(tmp_path: Path, asked: list[str]) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    with git_server(tmp_path / "served", asked) as address:
        yield address


@pytest.fixture
def fetch(make_sandbox: MakeSandbox, address: str, into: Path) -> Callable[..., Path]:
    source = GitSource(make_sandbox(LIMITS), ("http",), LIMITS)

    def fetch_it(commit: str, tag: str = "v1", name: str = "demo") -> Path:
        repository = a_repository(clone_url=f"{address}/{name}")
        return source.fetch(repository, tag, commit, into, lambda _: None)

    return fetch_it


def served(tmp_path: Path, repository: Path, name: str = "demo") -> str:
    """Serve a repository; gives its commit."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(tmp_path / "served" / name))
    return git(repository, "rev-parse", "HEAD").strip()


def with_history(folder: Path) -> Path:
    """A repository of many commits, each with noise of its own in place of the one before."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    stream = bytearray()
    for number in range(COMMITS):
        stream += b"commit refs/heads/main\n"
        stream += f"committer Ada <ada@example.org> {COMMITTED_AT + number} +0000\n".encode()
        stream += b"data 1\nx\nM 644 inline noise\n"
        stream += f"data {COMMIT_BYTES}\n".encode() + os.urandom(COMMIT_BYTES) + b"\n"
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=bytes(stream), check=True)
    return folder


def size_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


@pytest.mark.case("T36")
def test_of_a_large_history_one_commit_comes(fetch, tmp_path, address) -> None:
    commit = served(tmp_path, with_history(tmp_path / "tree"))
    assert size_of(tmp_path / "served" / "demo") > 2 * LIMITS.disk_bytes

    tree = fetch(commit)

    assert size_of(tree / ".git") < MEBIBYTE
    assert git(tree, "-c", "safe.directory=*", "rev-list", "--count", "HEAD") == "1\n"


@pytest.mark.case("T36")
@pytest.mark.parametrize("name", ["demo", "old"], ids=["asked for one", "told of all"])
def test_two_hundred_thousand_refs_hold_nobody_up(fetch, tmp_path, address, name) -> None:
    commit = served(tmp_path, make_repository(tmp_path / "tree", plain_activity()), name)
    lines = "".join(f"{commit} refs/tags/t{number:06}\n" for number in range(REFS))
    head = "# pack-refs with: peeled fully-peeled sorted \n"
    (tmp_path / "served" / name / "packed-refs").write_text(head + lines)
    began = time.monotonic()

    tree = fetch(commit, name=name)

    assert time.monotonic() - began < LIMITS.fetch_seconds / 2
    assert git(tree, "-c", "safe.directory=*", "for-each-ref") == ""


@pytest.mark.case("T36")
def test_of_a_large_file_elsewhere_its_pointer_comes_and_nothing_is_asked(
    fetch, tmp_path, address, asked
) -> None:
    pointer = POINTER.format("1" * 64)
    attributes = "data filter=lfs diff=lfs merge=lfs -text\n"
    config = f"[lfs]\n\turl = {address}/lfs\n"
    files = {
        **plain_activity(),
        ".gitattributes": attributes,
        "data": pointer,
        ".lfsconfig": config,
    }
    commit = served(tmp_path, make_repository(tmp_path / "tree", files))

    assert (fetch(commit) / "data").read_text() == pointer
    assert asked
    assert not [path for path in asked if "lfs" in path]


@pytest.mark.case("T36")
@pytest.mark.parametrize(
    "tag",
    [
        "v1; touch TOUCHED",
        "$(touch TOUCHED)",
        "`touch TOUCHED`",
        "v1\ntouch TOUCHED",
        "-x",
        "'\"\\",
    ],
)
def test_a_tag_is_a_word_and_never_a_command(fetch, tmp_path, address, tag) -> None:
    commit = served(tmp_path, make_repository(tmp_path / "tree", plain_activity()))

    tree = fetch(commit, tag.replace("TOUCHED", str(tmp_path / "touched")))

    assert (tree / "activity.py").exists()
    assert not (tmp_path / "touched").exists()


@pytest.mark.case("D26", "T36")
@pytest.mark.parametrize("line", ["update = !touch TOUCHED", "url = -uTOUCHED"])
def test_a_submodule_that_names_a_command_is_refused(fetch, tmp_path, address, line) -> None:
    wish = line.replace("TOUCHED", str(tmp_path / "touched"))
    modules = f'[submodule "a"]\n\tpath = a\n\turl = https://x.example/a\n\t{wish}\n'
    files = {**plain_activity(), ".gitmodules": modules}
    commit = served(tmp_path, make_repository(tmp_path / "tree", files))

    with pytest.raises(BadSourceError, match="git refuses commit"):
        fetch(commit)

    assert not (tmp_path / "touched").exists()


@pytest.mark.case("T36")
def test_a_server_that_says_nothing_is_left_in_time(make_sandbox, into) -> None:
    limits = replace(LIMITS, fetch_seconds=2)
    source = GitSource(make_sandbox(limits), ("http",), limits)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/demo"
        began = time.monotonic()

        with pytest.raises(ForgeError, match="takes longer than 2 s"):
            source.fetch(a_repository(clone_url=url), "v1", "0" * 40, into, lambda _: None)

    assert time.monotonic() - began < 12
    eventually(lambda: not processes_with(url), 5)


@pytest.mark.case("T36")
def test_who_asks_for_a_password_is_told_none_at_once(fetch, address) -> None:
    began = time.monotonic()

    with pytest.raises(BadSourceError, match="not everybody can clone"):
        fetch("0" * 40, name="private")

    assert time.monotonic() - began < 12
