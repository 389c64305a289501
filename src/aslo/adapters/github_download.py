"""Streams a file from GitHub to disk: asset or picture."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx

from aslo.adapters.github_credentials import NOWHERE, Realm
from aslo.adapters.github_http import AnswerTooLargeError, GitHubHttp, Question
from aslo.domain.delivery import Asset
from aslo.domain.errors import BadAssetError, FilesError, ForgeError, NotFoundError


def asset(http: GitHubHttp, asset: Asset, to: Path, limit_bytes: int) -> str:
    """Stream a release asset into a new file and return its SHA-256.

    https://docs.github.com/en/rest/releases/assets#get-a-release-asset
    """
    asked = f"asset {asset.name[:100]!r}"
    url = _asset_url(http, asset, asked)
    try:
        digest, size = _stream(http, url, to, limit_bytes, _octets(asked, _realm(url)))
    except AnswerTooLargeError as error:
        raise BadAssetError(f"{asked} is larger than {limit_bytes} bytes") from error
    except NotFoundError as error:
        raise BadAssetError(f"{asked} is no longer attached to the release") from error
    if size != asset.size_bytes:
        to.unlink()
        raise BadAssetError(f"{asked} has {size} bytes, not {asset.size_bytes} as announced")
    return digest


def picture(http: GitHubHttp, address: str, to: Path, limit_bytes: int) -> None:
    """Stream a picture from any public address into a new file; ForgeError if it cannot be."""
    asked = "a contributor's picture"
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise ForgeError(f"{asked} has an odd address, {address[:100]!r}") from error
    try:
        _stream(http, url, to, limit_bytes, _octets(asked, NOWHERE))
    except NotFoundError as error:
        raise ForgeError(f"{asked} is gone from {url.host!r}") from error


def _asset_url(http: GitHubHttp, asset: Asset, asked: str) -> httpx.URL:
    """The asset's address, which must be the API's: the token goes there."""
    try:
        url = httpx.URL(asset.url)
    except httpx.InvalidURL as error:
        raise BadAssetError(f"{asked} has an odd address") from error
    if not http.is_ours(url):
        raise BadAssetError(f"{asked} is kept at {url.host!r}, which is not this forge")
    return url


def _octets(asked: str, realm: Realm) -> Question:
    return Question("GET", "application/octet-stream", asked, realm)


def _realm(url: httpx.URL) -> Realm:
    """The repository an asset's address names, as `.../repos/OWNER/NAME/...`."""
    match = re.search(r"/repos/([\w-]+/[\w.-]+)/", url.path)
    return Realm(match[1]) if match else NOWHERE


def _stream(
    http: GitHubHttp, url: httpx.URL, to: Path, limit_bytes: int, question: Question
) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    asked = question.asked
    with http.stream(url, question) as response:
        _require_length(response, limit_bytes, asked)
        with _new_file(to) as file:
            for chunk in http.receive(response, limit_bytes, asked):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    return digest.hexdigest(), size


def _require_length(response: httpx.Response, limit_bytes: int, asked: str) -> None:
    """Refuse early what says itself that it is too large; httpx checks that the length is true."""
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > limit_bytes:
        raise AnswerTooLargeError(f"{asked} has over {limit_bytes} bytes")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that was not there; gone again if anything goes wrong."""
    try:
        file = path.open("xb")
    except OSError as error:
        raise FilesError(f"cannot create {path.name}: {error.strerror}") from error
    try:
        with file:
            yield file
    except OSError as error:
        path.unlink(missing_ok=True)
        raise FilesError(f"cannot write {path.name}: {error.strerror}") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
