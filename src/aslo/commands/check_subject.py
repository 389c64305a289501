"""What `aslo check` is to look at: a folder, a bundle, or an address of one."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aslo.bootstrap import checking
from aslo.domain.check_errors import AddressError, NoActivityError
from aslo.domain.info import INFO_FILE
from aslo.domain.shown import shown
from aslo.domain.verdict import Verdict

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_GITHUB = re.compile(
    r"/(?P<name>[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}?)(?:\.git)?(?:/tree/(?P<ref>.+?))?/?",
    re.ASCII,
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Subject:
    """A tree or a bundle on this machine."""

    named: str
    path: Path
    is_tree: bool
    place: str
    """Where it is, from the top of the repository or from here; `.` for the top itself."""
    is_fetched: bool = False
    tags: tuple[str, ...] = ()

    def file(self, name: str) -> str:
        """Where a file of the tree is, from the top of the repository or from here."""
        return name if self.place == "." else f"{self.place}/{name}"

    def examine(self, scratch: Path) -> Verdict:
        """Look at it as the store would; `scratch` is an empty folder."""
        if self.is_tree:
            return checking.examine_tree(self.path, scratch, self.tags)
        return checking.examine_file(self.path)


def find_subject(named: str, folder: Path) -> Subject:
    """What was named, fetched into an empty folder if it is elsewhere; NoActivityError or
    AddressError if there is nothing to look at."""
    if _SCHEME.match(named):
        return _fetched(named, folder)
    path = Path(named)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise NoActivityError(f"{shown(named)} cannot be looked at: {why}") from error
    if stat.S_ISDIR(mode):
        return Subject(named, _require_tree(named, path), is_tree=True, place=_place(path))
    if not stat.S_ISREG(mode):
        raise NoActivityError(f"{shown(named)} is neither a folder nor an ordinary file")
    return Subject(named, _require_bundle(named, path), is_tree=False, place=_place(path))


def _require_tree(named: str, path: Path) -> Path:
    if not os.path.lexists(path / INFO_FILE) and not (path / INFO_FILE).parent.is_dir():
        raise NoActivityError(f"the folder {shown(named)} is no activity: it has no {INFO_FILE}")
    return path


def _require_bundle(named: str, path: Path) -> Path:
    try:
        with path.open("rb") as file:
            begins = file.read(len(_ZIP))
    except OSError as error:
        raise NoActivityError(f"{shown(named)} cannot be read: {error.strerror}") from error
    if not begins:
        raise NoActivityError(f"the file {shown(named)} is empty")
    if begins != _ZIP:
        raise NoActivityError(f"the file {shown(named)} is no bundle: it is no zip file")
    return path


def _place(path: Path) -> str:
    """From the top of the repository, which is what a forge shows, or from here."""
    whole = path.resolve()
    top = checking.repository_of(whole if path.is_dir() else whole.parent) or Path.cwd()
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else path.as_posix()


def _fetched(address: str, folder: Path) -> Subject:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise AddressError(f"{shown(address)} is no address: {error}") from error
    _require_safe(address, parts.scheme, host, parts.username)
    if parts.path.lower().endswith(".xo"):
        bundle = folder / "fetched.xo"
        checking.fetch_bundle(address, bundle)
        name = unquote(parts.path).rpartition("/")[2]
        path = _require_bundle(address, bundle)
        return Subject(address, path, is_tree=False, place=name, is_fetched=True)
    clone_url, ref = _repository(address, host, parts.path)
    tree, tags = checking.fetch_tree(clone_url, ref, folder)
    path = _require_tree(address, tree)
    return Subject(address, path, is_tree=True, place=".", is_fetched=True, tags=tags)


def _require_safe(address: str, scheme: str, host: str | None, username: str | None) -> None:
    if not host:
        raise AddressError(f"{shown(address)} names no host")
    if username is not None:
        raise AddressError(f"the address at {shown(host)} holds a user's name")
    if scheme != "https" and not (scheme == "http" and host in _LOOPBACK):
        raise AddressError(f"{shown(address)} is no https address")


def _repository(address: str, host: str | None, path: str) -> tuple[str, str]:
    """The address that git asks, and the ref that is wanted."""
    if host in _LOOPBACK:
        return address, ""
    found = _GITHUB.fullmatch(path) if host in ("github.com", "www.github.com") else None
    if found is None:
        raise AddressError(
            f"{shown(address)} is neither the address of a .xo file nor of a repository at GitHub"
        )
    return f"https://github.com/{found['name']}.git", unquote(found["ref"] or "")
