"""Bare git repositories in a folder, each named by its repository's id."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Content = bytes | str | None
"""What a file holds; None removes it."""

BRANCH = "main"
_NOREPLY = re.compile(r"(?:\d+\+)?(?P<login>[^@]+)@users\.noreply\.")
_OPTIONS = (
    # A fetch may name a commit, as GitHub allows.
    ("uploadpack.allowReachableSHA1InWant", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("http.receivepack", "false"),
)


class GitFailedError(Exception):
    """A git command failed; the message is git's own."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a commit or a tag."""

    login: str = "demo-developer"
    at: str = "now"

    @property
    def line(self) -> str:
        return f"{self.login} <{self.login}@users.noreply.simulator> {self.at}"


@dataclass(frozen=True, slots=True)
class GitObject:
    """What a ref or a tag points at."""

    type: str
    sha: str


@dataclass(frozen=True, slots=True)
class Change:
    """One file that two commits have otherwise."""

    path: str
    status: str
    blob: str
    additions: int
    deletions: int


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says of itself."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    login: str
    address: str
    at: str
    message: str


_STATUSES = {"A": "added", "D": "removed", "M": "modified", "T": "changed"}


class GitRepository:
    """One bare repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> None:
        """Make an empty repository with the settings of a forge."""
        _run(["git", "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(self.folder)])
        for name, value in _OPTIONS:
            self._git("config", name, value)

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        message: str,
        author: Author,
        replace: bool = False,
        branch: str = BRANCH,
        onto: str | None = None,
    ) -> str:
        """Add a commit on top of a branch, or of a commit, files changed or all of them replaced;
        its name. A new branch goes off from the default one."""
        ref = f"refs/heads/{branch}"
        head = self.find(onto or ref) or self.find(f"refs/heads/{BRANCH}")
        lines = [f"commit {ref}", f"committer {author.line}", *_data(message)]
        if head:
            lines.append(f"from {head.sha}")
        stream = _joined(lines)
        if replace:
            stream += b"deleteall\n"
        stream += b"".join(_change(path, content) for path, content in files.items())
        forced = ("--force",) if onto else ()
        self._git("fast-import", "--quiet", "--date-format=now", *forced, data=stream)
        found = self.find(ref)
        if found is None:
            raise GitFailedError("the commit did not arrive")
        return found.sha

    def set_ref(self, ref: str, commit: str) -> None:
        """Let a ref name a commit."""
        self._git("update-ref", ref, commit)

    def delete_ref(self, ref: str) -> None:
        """Remove a ref; commits that nothing else names are lost with it."""
        self._git("update-ref", "-d", ref)
        self._git("gc", "--quiet", "--prune=now")

    def take_commit(self, source: "GitRepository", branch: str, ref: str) -> str:
        """Let a ref name the tip of a branch of another repository here; its commit."""
        self._git("fetch", "--quiet", str(source.folder), f"+refs/heads/{branch}:{ref}")
        found = self.find(ref)
        if found is None:
            raise GitFailedError(f"{branch} did not arrive")
        return found.sha

    def tag(self, name: str, commit: str, *, message: str | None, author: Author) -> None:
        """Set a tag, light or, with a message, annotated; one that is there moves."""
        if message is None:
            self._git("update-ref", f"refs/tags/{name}", commit)
            return
        lines = [f"tag {name}", f"from {commit}", f"tagger {author.line}", *_data(message)]
        self._git("fast-import", "--quiet", "--date-format=now", "--force", data=_joined(lines))

    def take_over(self, source: Path) -> None:
        """Take every branch and tag of a git repository on this machine."""
        refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
        self._git("fetch", "--quiet", "--update-head-ok", str(source), *refs)
        head = _run(["git", "-C", str(source), "symbolic-ref", "HEAD"]).decode().strip()
        self._git("symbolic-ref", "HEAD", head)

    def find(self, name: str) -> GitObject | None:
        """What a full ref name or an object name stands for."""
        query = f"{name}\n".encode()
        answer = self._git("cat-file", "--batch-check=%(objecttype) %(objectname)", data=query)
        kind, _, sha = answer.decode().strip().partition(" ")
        return GitObject(kind, sha) if re.fullmatch("[0-9a-f]{40}", sha) else None

    def has_commit(self, sha: str) -> bool:
        """Whether there is a commit of that name."""
        found = self.find(sha) if re.fullmatch("[0-9a-f]{40}", sha) else None
        return found is not None and found.type == "commit"

    def tags(self) -> list[tuple[str, str]]:
        """Names of tags and the commits that they lead to, the last of the alphabet first."""
        form = "--format=%(refname:lstrip=2) %(*objectname) %(objectname)"
        lines = self._git("for-each-ref", "--sort=-refname", form, "refs/tags").decode()
        return [(each.split()[0], each.split()[1]) for each in lines.splitlines()]

    def read_tag(self, sha: str) -> tuple[dict[str, str], str]:
        """The headers and the message of an annotated tag."""
        head, _, message = (
            self._git("cat-file", "tag", sha).decode(errors="replace").partition("\n\n")
        )
        return dict(line.split(" ", 1) for line in head.splitlines()), message

    def read_blob(self, sha: str) -> bytes:
        """The bytes of a file."""
        return self._git("cat-file", "blob", sha)

    def contributors(self) -> list[tuple[str, int]]:
        """Logins of the authors on the default branch, most commits first."""
        if self.find("HEAD") is None:
            return []
        counts: dict[str, int] = {}
        for line in self._git("shortlog", "-sne", "HEAD").decode(errors="replace").splitlines():
            count, _, author = line.strip().partition("\t")
            login = _login(author)
            counts[login] = counts.get(login, 0) + int(count)
        return sorted(counts.items(), key=lambda pair: -pair[1])

    def merge_base(self, base: str, head: str) -> str | None:
        """The commit at which two parted; None if they never were one."""
        try:
            return self._git("merge-base", base, head).decode().strip()
        except GitFailedError:
            return None

    def commits(self, base: str, head: str) -> list[str]:
        """The commits that only the second has, oldest first."""
        return self._git("rev-list", "--reverse", f"{base}..{head}").decode().split()

    def read_commit(self, sha: str) -> Commit:
        """What a commit says of itself."""
        form = "%T%n%P%n%an%n%ae%n%aI%n%B"
        told = self._git("show", "-s", f"--format={form}", sha).decode(errors="replace")
        tree, parents, name, address, at, message = told.split("\n", 5)
        login = _login(f"{name} <{address}>")
        return Commit(sha, tree, tuple(parents.split()), login, address, at, message.strip())

    def changes(self, base: str, head: str) -> list[Change]:
        """The files that the second has otherwise, by name."""
        both = ("diff", "--no-renames", "-z", base, head)
        raw = self._git(*both, "--raw", "--no-abbrev").decode(errors="replace").split("\0")[:-1]
        counts = self._git(*both, "--numstat").decode(errors="replace").split("\0")[:-1]
        return [
            _changed(head, path, count)
            for head, path, count in zip(raw[::2], raw[1::2], counts, strict=True)
        ]

    def _git(self, *command: str, data: bytes | None = None) -> bytes:
        return _run(["git", "-C", str(self.folder), *command], data)


def _run(command: list[str], data: bytes | None = None) -> bytes:
    # Settings of the person at the keyboard must not change what the simulator does.
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(  # git waits for input otherwise
        command, input=data or b"", capture_output=True, check=False, timeout=300, env=env
    )
    if done.returncode:
        raise GitFailedError(done.stderr.decode(errors="replace").strip() or "git failed")
    return done.stdout


def _login(author: str) -> str:
    """A login from `Name <address>`: GitHub's own no-reply address tells it, else the name."""
    name, _, address = author.rpartition(" <")
    if match := _NOREPLY.match(address):
        return match["login"]
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "somebody"


def _changed(raw: str, path: str, counts: str) -> Change:
    """One file of a diff: `:mode mode blob blob S`, and `added deleted path` (`-` if binary)."""
    _, _, old, new, status = raw.split(" ")
    added, deleted, _ = counts.split("\t", 2)
    blob = old if status == "D" else new
    lines = [int(each) if each.isdigit() else 0 for each in (added, deleted)]
    return Change(path, _STATUSES.get(status, "changed"), blob, *lines)


def _data(text: str) -> list[str]:
    return [f"data {len(text.encode())}", text]


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _change(path: str, content: Content) -> bytes:
    """One file of a commit, in the language of git fast-import."""
    quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if content is None:
        return f"D {quoted}\n".encode()
    raw = content.encode() if isinstance(content, str) else content
    return f"M 100644 inline {quoted}\ndata {len(raw)}\n".encode() + raw + b"\n"
