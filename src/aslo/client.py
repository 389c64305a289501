"""A client of a store's API, for programs: needs httpx and msgspec, and nothing of the server.

    with Client("https://aslo.example") as store:
        for card in store.activities(sugar="0.116"):
            print(card.name)

Every wait is bounded. A store that is busy or away (429, 502 to 504) is asked again after the time
that it names, a few times. Questions follow no redirect. A file is asked of the store that the
client was given, whatever host its address names; that store may redirect, for what comes is held
against the hash.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

try:
    import httpx
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "aslo.client needs httpx, which is not installed: pip install 'aslo[client]'", name="httpx"
    ) from error

from aslo.client_http import (
    ANSWER_SECONDS,
    AddressError,
    BusyError,
    ClientError,
    DamagedError,
    NotThereError,
    Patience,
    RefusedError,
    StoreHttp,
    UnreachableError,
    UnreadableError,
    bounded,
)
from aslo.web.api import record_shapes, shapes, update_shapes

__all__ = [
    "AddressError",
    "BusyError",
    "ChangePage",
    "Client",
    "ClientError",
    "DamagedError",
    "NotThereError",
    "Patience",
    "RefusedError",
    "UnreachableError",
    "UnreadableError",
]

Shape = TypeVar("Shape", bound=shapes.Shape)

A_PAGE = 100
INSTALLED_AT_ONCE = 1_000
SLOWEST_BYTES_PER_SECOND = 1_000
MOST_ERAS = 8
_HASH = re.compile("[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes. Keep them durably together with `era` and `next`, then go on from there."""

    era: str
    next: int
    changes: tuple[shapes.Change, ...]
    begins: bool
    """Here a history begins: what is yours and is not told from here on until `ends` is gone."""
    ends: bool
    """There was nothing more for now."""


class Client:
    """Asks one store; it may be used by several threads, and connects when it is first asked.
    AddressError where `url` is not the address of a store."""

    def __init__(
        self,
        url: str,
        *,
        lang: str = "en",
        patience: Patience = Patience(),  # noqa: B008  # frozen
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._lang = lang
        self._http = StoreHttp(url, patience, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
        self._http.close()

    def activities(self, **chosen: str | None) -> Iterator[shapes.Card]:
        """Every activity that has what is chosen: `q`, `sort`, `category`, `toolkit`, `sugar`,
        `language`, `license`, `developer`. By name where neither `q` nor `sort` is chosen: what is
        popular moves while one goes through it."""
        if not (chosen.get("q") or chosen.get("sort")):
            chosen["sort"] = "name"
        asked = {**chosen, "lang": self._lang, "limit": A_PAGE}
        return self._all(shapes.CardPage, ("activities",), asked)

    def search(self, words: str, limit: int = 24) -> shapes.CardPage:
        """The best matches; `text` says what was looked for where the words were mended."""
        return self._get(shapes.CardPage, "activities", q=words, lang=self._lang, limit=limit)

    def activity(self, bundle_id: str) -> shapes.Activity:
        """One activity with all its public releases."""
        return self._get(shapes.Activity, "activities", bundle_id)

    def releases(self, bundle_id: str) -> list[shapes.Release]:
        """The public releases of an activity, highest version first."""
        path = ("activities", bundle_id, "releases")
        return list(self._all(shapes.ActivityReleases, path, {"limit": A_PAGE}))

    def release(self, bundle_id: str, version: str) -> shapes.Release:
        """One release."""
        return self._get(shapes.Release, "activities", bundle_id, "releases", version)

    def newest(self, limit: int = 24, **chosen: str | None) -> list[shapes.Release]:
        """What was listed last: of all, of a `category` or of a `developer`."""
        return self._get(shapes.ReleasePage, "releases", limit=limit, **chosen).items

    def categories(self) -> list[shapes.Category]:
        """Every category."""
        return self._get(shapes.Categories, "categories").items

    def developers(self) -> Iterator[shapes.Person]:
        """Everybody who makes activities."""
        return self._all(shapes.PersonPage, ("developers",), {"limit": A_PAGE})

    def developer(self, login: str) -> shapes.Person:
        """One of them."""
        return self._get(shapes.Person, "developers", login)

    def builds(self, activity: str | None = None, limit: int = 24) -> list[record_shapes.Build]:
        """The newest builds, of one activity or of all."""
        return self._get(record_shapes.Builds, "builds", activity=activity, limit=limit).items

    def build(self, build_id: str) -> record_shapes.Build:
        """One build."""
        return self._get(record_shapes.Build, "builds", build_id)

    def delivery(self, guid: str) -> record_shapes.Delivery:
        """What became of a delivery of GitHub's."""
        return self._get(record_shapes.Delivery, "deliveries", guid)

    def statistics(self) -> shapes.Statistics:
        """How much the store is used."""
        return self._get(shapes.Statistics, "statistics")

    def updates(
        self,
        sugar: str,
        installed: Mapping[str, str],
        channel: Literal["stable", "testing"] = "stable",
    ) -> Iterator[update_shapes.Update]:
        """What to do about each installed activity: versions by bundle id."""
        rest = iter(installed.items())
        while some := list(islice(rest, INSTALLED_AT_ONCE)):
            have = [update_shapes.Installed(id=each, version=version) for each, version in some]
            body = update_shapes.UpdatesAsked(
                sugar=sugar, installed=have, lang=self._lang, channel=channel
            )
            yield from self._http.ask(update_shapes.Updates, "POST", ("updates",), {}, body).items

    def changes(self, era: str = "", since: int = 0, limit: int = 50) -> Iterator[ChangePage]:
        """Page by page what changed since there, until there is nothing more; from the beginning
        where the store tells another history than that era, be it in the middle."""
        since, begins = (since if era else 0), not (era and since)
        for _ in range(MOST_ERAS):
            while True:
                page = self._get(shapes.Changes, "changes", since=since, limit=limit)
                if era and page.era != era:
                    break
                if page.next < since or (page.is_more and page.next == since):
                    raise UnreadableError(f"the changes go on from {page.next}, not {since}")
                found = tuple(page.items)
                yield ChangePage(page.era, page.next, found, begins, ends=not page.is_more)
                if not page.is_more:
                    return
                era, since, begins = page.era, page.next, False
            era, since, begins = page.era, 0, True
        raise UnreadableError("the store tells another history at each question")

    def download(self, file: shapes.File | update_shapes.Update, to: Path) -> Path:
        """Write a file, whole or not at all; what an earlier call got of it is not asked again.
        One caller at a time for a target: two would write into one part."""
        if not _HASH.fullmatch(file.sha256):
            raise UnreadableError(f"{file.url or 'nothing'} has no hash to hold it against")
        # The name says whose bytes these are, so that parts of two files never meet.
        part = to.with_name(f".{to.name}.{file.sha256[:16]}.part")
        self._http.persist(lambda: self._fetch(file, part))
        part.replace(to)
        _sync(to.parent)
        return to

    def _fetch(self, file: shapes.File | update_shapes.Update, part: Path) -> None:
        have = part.stat().st_size if part.exists() else 0
        if have < file.size_bytes or have == 0:
            self._receive(file, part, have)
        size = part.stat().st_size
        if size < file.size_bytes:
            raise UnreachableError(f"only {size} of {file.size_bytes} bytes of {file.url} came")
        with part.open("rb") as whole:
            if hashlib.file_digest(whole, "sha256").hexdigest() == file.sha256:
                os.fsync(whole.fileno())
                return
        part.unlink()
        kind = UnreachableError if have else DamagedError  # Once more, without what was there.
        raise kind(f"{file.url} is not the file of {file.sha256}")

    def _receive(self, file: shapes.File | update_shapes.Update, part: Path, have: int) -> None:
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": f'"{file.sha256}"'}
        seconds = ANSWER_SECONDS + file.size_bytes / SLOWEST_BYTES_PER_SECOND
        with self._http.file(file.url, headers) as answer:
            is_rest = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            if answer.status_code == 206 and not (have and is_rest):
                raise UnreadableError(f"{file.url} answers with a part that was not asked for")
            with part.open("ab" if answer.status_code == 206 else "wb") as out:
                # One byte more than there should be is enough to see that it is another file.
                room = file.size_bytes + 1 - out.tell()
                for piece in bounded(answer.iter_raw(), seconds):
                    room -= out.write(piece[:room])
                    if not room:
                        return

    def _all(self, kind: type[Any], names: tuple[str, ...], asked: dict[str, Any]) -> Iterator[Any]:
        cursor = None
        while True:
            page = self._get(kind, *names, **asked, cursor=cursor)
            yield from page.items
            if page.next is None:
                return
            if page.next == cursor:
                raise UnreadableError(f"{names[-1]} go round in a circle")
            cursor = page.next

    def _get(self, kind: type[Shape], *names: str, **query: str | int | None) -> Shape:
        return self._http.ask(kind, "GET", names, query)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
