"""What this machine lacks for running ASLO, and how to get it."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile

import click

from aslo.config import Config
from aslo.domain.errors import AsloError
from aslo.starting import SECRET_CHARACTERS, weak_secret

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock before this was never set: certificates would be refused, leases would last for years."""

SUGAR3 = Path("/usr/lib/python3/dist-packages/sugar3")

_SERVER = re.compile(r"""extra\s*==\s*["']server["']""")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_BUILDING = ("git", "msgfmt", "sugar3", "builder ")
_HOOK = ("webhook secret", "strong webhook secret")

NOT_FOR: Mapping[str, tuple[str, ...]] = {
    "site": (),
    "web": (*_BUILDING, "forge token"),
    "worker": _HOOK,
    "beat": (*_BUILDING, *_HOOK, "forge token"),
}
"""By what a machine runs, the beginnings of findings that do not concern it."""

Probe = Callable[[], str | None]
"""Why something does not work here and now; None if it does. It may also raise AsloError."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a machine has or lacks: what it is for, and how to get it."""

    what: str
    ok: bool
    purpose: str
    cure: str
    required: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """What only adapters can answer; `bootstrap` fills it in."""

    store: Probe
    files: Probe
    builders: Mapping[str, Probe]
    broker: Probe | None = None


def examine(
    config: Config, probes: Probes, now: datetime, role: str = "site"
) -> tuple[Finding, ...]:
    """Everything found out about this machine that what it runs depends on."""
    found = (
        *_programs(),
        *_builders(config, probes),
        *_state(config, probes),
        *_secrets(config),
        clock(now),
    )
    return tuple(each for each in found if not each.what.startswith(NOT_FOR[role]))


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether ASLO can run: nothing required is missing."""
    return all(finding.ok or not finding.required for finding in findings)


def program(name: str, purpose: str, package: str, *, required: bool = False) -> Finding:
    """Whether a program is on the path."""
    found = which(name)
    return Finding(
        name, found is not None, purpose, f"apt-get install {package}", required, found or ""
    )


def folder(path: Path) -> Finding:
    """Whether the nearest folder that exists can be written to."""
    place = next(each for each in (path, *path.absolute().parents) if each.exists())
    try:
        with TemporaryFile(dir=place):
            detail = ""
    except OSError as error:
        detail = error.strerror or str(error)
    return Finding(
        f"folder {path}",
        not detail,
        "keeps the record, bundles and pictures",
        f"give this user the right to write to {place}, or set ASLO_HOME",
        required=True,
        detail=detail,
    )


def clock(now: datetime) -> Finding:
    """Whether the clock can be right."""
    return Finding(
        "clock",
        now > EARLIEST,
        "leases, certificates and dates depend on it",
        "apt-get install systemd-timesyncd, or set it with date -s",
        required=True,
        detail=now.strftime("%Y-%m-%d %H:%M UTC"),
    )


def probed(what: str, probe: Probe, purpose: str, cure: str, *, required: bool = False) -> Finding:
    """Whether something works, and why not."""
    try:
        reason = probe()
    except AsloError as error:
        reason = error.message
    return Finding(what, reason is None, purpose, cure, required, reason or "")


def show(findings: Iterable[Finding], echo: Callable[[str], object] = click.echo) -> None:
    """Print each finding in a line, and below what is missing how to get it."""
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING" if finding.required else "absent "
        detail = f" ({finding.detail})" if finding.detail else ""
        echo(f"{mark}  {finding.what}{detail}: {finding.purpose}")
        if not finding.ok:
            echo(f"         -> {finding.cure}")


def packages(needed: Iterable[str] | None = None) -> Finding:
    """Whether the Python packages of the server's extra are installed."""
    names = sorted(_server_packages() if needed is None else needed)
    missing = [name for name in names if find_distribution(name) is None]
    return Finding(
        "server packages",
        bool(names) and not missing,
        "the web, workers and the broker's client",
        "pip install '.[server]' in the source",
        required=True,
        detail=f"lacking {', '.join(missing)}" if missing else f"{len(names)} of them",
    )


def _server_packages() -> set[str]:
    """What the metadata of ASLO itself names for the extra."""
    wanted = metadata.requires("aslo") or []
    return {found[0] for each in wanted if _SERVER.search(each) and (found := _NAME.match(each))}


def find_distribution(name: str) -> str | None:
    """The version of a Python package; None if it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _programs() -> Iterator[Finding]:
    yield packages()
    yield program("git", "fetches the source of a release", "git", required=True)
    yield program("msgfmt", "compiles translations as Sugar does", "gettext")
    yield Finding(
        "sugar3",
        SUGAR3.exists(),
        "Sugar's own bundle builder, for bubblewrap without an image",
        "apt-get install python3-sugar3 gir1.2-gtk-3.0",
    )


def _builders(config: Config, probes: Probes) -> tuple[Finding, ...]:
    found = tuple(
        _cured_nearer(
            name,
            probed(f"builder {name}", probe, *BUILDERS[name], required=config.builder == name),
        )
        for name, probe in probes.builders.items()
    )
    if config.builder == "auto" and not any(finding.ok for finding in found):
        # Any of them would do, so each is missing.
        return tuple(replace(finding, required=True) for finding in found)
    return found


def _cured_nearer(name: str, finding: Finding) -> Finding:
    """The finding; with the probe's own cure where the builder's program is installed."""
    reason, _, cure = finding.detail.rpartition(": ")
    if not reason or which(PROGRAMS.get(name, "")) is None:
        return finding
    return replace(finding, detail=reason, cure=cure)


PROGRAMS = {"docker": "docker", "bubblewrap": "bwrap"}
"""What a builder starts; without it, installing comes first."""

BUILDERS = {
    "docker": (
        "builds in containers, for production",
        "apt-get install docker.io, then make image",
    ),
    "bubblewrap": (
        "builds in a sandbox without an engine",
        "apt-get install bubblewrap python3-sugar3 gir1.2-gtk-3.0 gettext unzip",
    ),
    "plain": (
        "packs activities without running their code",
        f"install ASLO anew with {sys.executable} -m pip",
    ),
}


def _state(config: Config, probes: Probes) -> Iterator[Finding]:
    yield folder(config.home)
    yield probed(
        "store",
        probes.store,
        "the record of everything published",
        "see ASLO_STORE in docs/configuration.md",
        required=True,
    )
    yield probed(
        "files",
        probes.files,
        "bundles and pictures",
        "see ASLO_FILES in docs/configuration.md",
        required=True,
    )
    if probes.broker is not None:
        yield probed(
            "broker",
            probes.broker,
            "rings workers at once; without it they sweep",
            "apt-get install redis-server, or leave ASLO_BROKER empty",
        )


def _secrets(config: Config) -> Iterator[Finding]:
    yield Finding(
        "webhook secret",
        bool(config.webhook_secret),
        "tells GitHub's deliveries from forged ones",
        "set ASLO_WEBHOOK_SECRET, or ASLO_WEBHOOK_SECRET_FILE",
        required=True,
    )
    if weak_secret(config):
        yield Finding(
            "strong webhook secret",
            ok=False,
            purpose="cannot be guessed from a delivery",
            cure=f"give {SECRET_CHARACTERS} characters or more: openssl rand -hex 32",
        )
    yield Finding(
        "forge token",
        bool(config.forge_token),
        "comments on commits; without it developers are told nothing",
        "set ASLO_FORGE_TOKEN, or ASLO_FORGE_TOKEN_FILE",
    )
