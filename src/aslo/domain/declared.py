"""The repository that somebody says an activity has, before the forge has said so."""

import re

from aslo.domain.activity import Repository

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}?"
_FULL_NAME = re.compile(_NAME, re.ASCII)
_ADDRESS = re.compile(
    rf"(?:(?:https?|git|ssh)://)?(?:git@|www\.)?github\.com[/:](?P<name>{_NAME})(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


def declared_name(*addresses: str | None) -> str:
    """The `owner/name` of the first address that is one of a repository at GitHub, or nothing."""
    for address in addresses:
        found = _ADDRESS.fullmatch((address or "").strip())
        if found is not None:
            return found["name"]
    return ""


def declared_repository(full_name: str) -> Repository:
    """A repository of which only the name is known; ValueError if it cannot be one."""
    if full_name and not _FULL_NAME.fullmatch(full_name):
        raise ValueError(f"a repository is named OWNER/NAME, got {full_name!r}")
    address = f"https://github.com/{full_name}" if full_name else ""
    return Repository(0, 0, full_name, address, address and f"{address}.git")
