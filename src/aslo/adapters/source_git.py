"""Fetch one commit of a repository by git, believing neither the repository nor its server.

What is switched off, and why, stands in https://git-scm.com/docs/git#Documentation/git.txt-codeGITALLOWPROTOCOLcode
and https://git-scm.com/docs/git-config.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from aslo.adapters.sandbox import Command, Death, Outcome, Sandbox
from aslo.domain.activity import Repository
from aslo.domain.errors import AsloError, BadSourceError, BuilderError, ForgeError
from aslo.domain.shown import shown
from aslo.ports import Limits, LogLine

_TREE = "source"
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")

_INIT_FAILED, _FETCH_FAILED, _CHECKOUT_FAILED = 65, 66, 67
_SCRIPT = f"""
url=$1 commit=$2 tree={_TREE}
git init --quiet --template= "$tree" && cd "$tree" || exit {_INIT_FAILED}
git fetch --quiet --depth=1 --no-tags --no-recurse-submodules --no-write-fetch-head \
    -- "$url" "$commit" || exit {_FETCH_FAILED}
git checkout --quiet --detach "$commit" || exit {_CHECKOUT_FAILED}
git ls-files --stage | sed -n 's/^160000 [^\t]*\t/warning: this submodule is not fetched: /p'
"""

_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.autocrlf": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "credential.helper": "",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
    "fetch.fsckObjects": "true",
    # Slips of old tools, which honest repositories keep for ever.
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.missingSpaceBeforeEmail": "ignore",
    "fetch.fsck.missingNameBeforeEmail": "ignore",
    "fetch.fsck.zeroPaddedFilemode": "ignore",
}

_NO_ROOM = ("no space left",)
_TOO_LARGE = ("file too large", "file size limit")
_GONE = ("not our ref", "unadvertised object", "remote ref")
_AUTHORS_TO_CURE = (
    (("fsck", "index-pack failed", "invalid path", "bad object"), "git refuses commit {}"),
    (_GONE, "there is no commit {}"),
    (
        ("not found", "could not read username", "authentication failed", "not appear to be a git"),
        "not everybody can clone commit {}",
    ),
)
"""What git says of it, in order, and what that means."""


class GitSource:
    """Fetches trees in a sandbox of their own, apart from the one that builds them."""

    def __init__(
        self,
        sandbox: Sandbox,
        allow_schemes: Sequence[str] = ("https",),
        limits: Limits | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._schemes = tuple(allow_schemes)
        self._limits = limits or Limits()

    def fetch(
        self, repository: Repository, tag: str, commit: str, into: Path, log: LogLine
    ) -> Path:
        """See ports.Source; the tag was resolved before, and only its commit counts."""
        if not _COMMIT.fullmatch(commit):
            raise ValueError(f"a commit is 40 or 64 hex digits, got {commit!r}")
        self._require_scheme(repository)
        log(f"fetching {tag}, which is commit {commit}, of {repository.full_name}")
        said: list[str] = []

        def hear(line: str) -> None:
            said.append(line)
            log(line)

        outcome = self._sandbox.run(self._command(repository, commit, into), hear)
        if not outcome.succeeded:
            raise self._explained(outcome, said, repository, commit)
        return into / _TREE

    def _require_scheme(self, repository: Repository) -> None:
        scheme = repository.clone_url.partition("://")[0]
        if scheme not in self._schemes:
            allowed = ", ".join(self._schemes)
            raise BadSourceError(
                f"the clone address {shown(repository.clone_url)} is not of {allowed}"
            )

    def _command(self, repository: Repository, commit: str, into: Path) -> Command:
        return Command(
            argv=("/bin/sh", "-c", _SCRIPT, "sh", repository.clone_url, commit),
            seconds=self._limits.fetch_seconds,
            label=str(into),
            writable=into,
            network=True,
            environment=git_environment(self._schemes),
        )

    def _explained(
        self, outcome: Outcome, said: Sequence[str], repository: Repository, commit: str
    ) -> AsloError:
        """Whose fault it is, as far as git tells."""
        name = repository.full_name
        if outcome.death is Death.TIME:
            return ForgeError(f"fetching {name} takes longer than {self._limits.fetch_seconds} s")
        heard = "\n".join(said).casefold()
        if outcome.death in (Death.DISK, Death.MEMORY) or _has(heard, _TOO_LARGE):
            most = self._limits.disk_bytes // 1024**2
            return BadSourceError(f"the tree of {name} needs more than {most} MiB")
        if outcome.death is not Death.EXIT or outcome.exit_code == _INIT_FAILED:
            return BuilderError(f"git was ended ({outcome.death}, {outcome.exit_code})")
        last = shown(said[-1]) if said else "it said nothing"
        return _explained_by_git(outcome.exit_code, heard, last, f"{commit} of {name}")


def _explained_by_git(status: int, heard: str, last: str, what: str) -> AsloError:
    if _has(heard, _NO_ROOM):
        return BuilderError(f"there is no room to fetch commit {what}")
    if status == _CHECKOUT_FAILED:
        return BadSourceError(f"commit {what} cannot be checked out: {last}")
    for phrases, clause in _AUTHORS_TO_CURE:
        if _has(heard, phrases):
            refused = BadSourceError(f"{clause.format(what)}: {last}")
            refused.is_gone = phrases is _GONE
            return refused
    if status == _FETCH_FAILED:
        return ForgeError(f"commit {what} cannot be fetched now: {last}")
    return BuilderError(f"git ended with {status}: {last}")


def _has(heard: str, phrases: Sequence[str]) -> bool:
    return any(phrase in heard for phrase in phrases)


def git_environment(schemes: Sequence[str]) -> dict[str, str]:
    """What git is told where it must not believe a repository or its server."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": ":".join(schemes),
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }
    for number, (key, value) in enumerate(_SETTINGS.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
