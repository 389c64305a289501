"""Ask git about a repository on this machine; nothing of the repository is run by that."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from aslo.domain.import_errors import LocalTreeError
from aslo.domain.info import INFO_FILE
from aslo.domain.local_tree import LocalTag, LocalTree
from aslo.domain.settings_file import MAX_BYTES

_SECONDS = 60
_BELIEVES_NOTHING = {
    # A partial clone would fetch what it lacks, with programs its own settings name.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_WOULD_FETCH = "' not allowed"
# A tag of a tag ends at a commit that `*` names; a light one has that itself.
_FORMAT = "%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)"
_TAGS = ("for-each-ref", f"--format={_FORMAT}%00%(refname:strip=2)", "refs/tags")


def read_tree(tree: Path) -> LocalTree:
    """A repository with its tags; LocalTreeError if git cannot read it."""
    origin = ask(tree, "config", "--get", "remote.origin.url")
    listed = _require(tree, *_TAGS).decode("utf-8", "replace").split("\n")[:-1]
    found = [each.split("\0") for each in listed]
    commits = {fields[5]: fields[3] or fields[1] for fields in found if "commit" in fields[0:3:2]}
    infos = _infos(tree, sorted(set(commits.values())))
    tags = (
        LocalTag(fields[5], commits[fields[5]], _moment(fields[4]), infos.get(commits[fields[5]]))
        for fields in found
        if fields[5] in commits
    )
    return LocalTree(str(tree), origin, tuple(tags))


def ask(tree: Path, *arguments: str) -> str:
    """What git prints, or nothing if it fails."""
    done = _run(tree, arguments)
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _infos(tree: Path, commits: list[str]) -> dict[str, bytes]:
    """The activity.info at each commit that has a small one."""
    names = "".join(f"{commit}:{INFO_FILE}\n" for commit in commits).encode()
    looked = _require(tree, "cat-file", "--batch-check", data=names).decode().splitlines()
    small = {
        commit: line.split()[0]
        for commit, line in zip(commits, looked, strict=True)
        if _is_small(line)
    }
    wanted = "".join(f"{blob}\n" for blob in small.values()).encode()
    content, infos = _require(tree, "cat-file", "--batch", data=wanted), {}
    for commit in small:
        head, _, content = content.partition(b"\n")
        size = int(head.split()[2])
        infos[commit], content = content[:size], content[size + 1 :]
    return infos


def _is_small(line: str) -> bool:
    """Whether `NAME TYPE SIZE` tells of a file that can be an activity.info."""
    name, _, rest = line.partition(" ")
    kind, _, size = rest.partition(" ")
    return bool(name) and kind == "blob" and size.isdigit() and int(size) <= MAX_BYTES


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _require(tree: Path, *arguments: str, data: bytes = b"") -> bytes:
    done = _run(tree, arguments, data)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    # Git calls that missing, and goes on: versions would be left out without a word.
    if any(line.endswith(_WOULD_FETCH) for line in said):
        said = ["it is a partial clone, and what it lacks is not fetched; clone it whole"]
    elif not done.returncode:
        return done.stdout
    raise LocalTreeError(f"git cannot read {tree}: {said[0] if said else 'it says nothing'}")


def _run(
    tree: Path, arguments: tuple[str, ...], data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(tree), *arguments],
            input=data,
            env=os.environ | _BELIEVES_NOTHING,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalTreeError(f"git cannot read {tree}: {error}") from error
