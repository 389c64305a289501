"""Settings that are fine alone but not together."""

from collections.abc import Iterator, Mapping
from typing import Any

from aslo import config_values as values


def at_odds(read: Mapping[str, Any]) -> Iterator[str]:
    """Each contradiction among the settings that could be read, with its cure."""
    yield from _lease(read)
    yield from _accel(read)
    yield from _bucket(read)
    yield from _app(read)
    yield from _sign_in(read)
    yield from _plain_ways(read)


def _lease(read: Mapping[str, Any]) -> Iterator[str]:
    lease, heartbeat = read.get("lease_seconds"), read.get("heartbeat_seconds")
    if lease and heartbeat and heartbeat > lease / 2:
        yield (
            f"ASLO_HEARTBEAT_SECONDS={heartbeat:g} is more than half of "
            f"ASLO_LEASE_SECONDS={lease:g}: one lost heartbeat would lose the build"
        )


def _accel(read: Mapping[str, Any]) -> Iterator[str]:
    if read.get("accel") and not read.get("files", "file:").startswith("file:"):
        yield (
            f"ASLO_ACCEL={read['accel']} lets nginx send files of a folder, but "
            f"ASLO_FILES={values.without_password(read['files'])} is none: unset ASLO_ACCEL"
        )


def _bucket(read: Mapping[str, Any]) -> Iterator[str]:
    if {"files_key_id", "files_secret"} <= read.keys() and (
        bool(read["files_key_id"]) != bool(read["files_secret"])
    ):
        yield "ASLO_FILES_KEY_ID and ASLO_FILES_SECRET are a pair: set both, or neither"


def _app(read: Mapping[str, Any]) -> Iterator[str]:
    if "forge_app_id" in read and bool(read["forge_app_id"]) != bool(read.get("forge_app_key")):
        yield "ASLO_FORGE_APP_ID and ASLO_FORGE_APP_KEY go together: set both, or neither"


def _sign_in(read: Mapping[str, Any]) -> Iterator[str]:
    names = ("github_client_id", "github_client_secret", "session_secret")
    if read.keys() >= set(names) and len({bool(read[name]) for name in names}) > 1:
        yield (
            "ASLO_GITHUB_CLIENT_ID, ASLO_GITHUB_CLIENT_SECRET and ASLO_SESSION_SECRET go "
            "together: set all of them, or none"
        )


def _plain_ways(read: Mapping[str, Any]) -> Iterator[str]:
    for name, harm in (
        ("forge", "would send the token in the clear"),
        ("files_endpoint", "would send bundles in the clear"),
    ):
        allowed = f"{name.removesuffix('_endpoint')}_plain_http"
        address = read.get(name)
        if address and not read.get(allowed) and not values.is_private_way(address):
            yield (
                f"ASLO_{name.upper()}={values.without_password(address)} {harm}: "
                f"use https, or set ASLO_{allowed.upper()}=yes"
            )
