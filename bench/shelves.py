"""Records of many activities, each with three releases, as a site has them after years."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.activity import Activity, Details, Release
from aslo.domain.locale import LocalizedText
from fakes.clock import START
from fakes.values import a_file, a_release, a_repository, an_activity

RELEASES = 3
TOGETHER = 1_000
LANGUAGES = ("ar", "de", "es", "fr", "hi", "ht", "ja", "ne", "pt_BR", "ru", "sw", "zh_CN")
_KINDS = ("games", "math", "music", "science", "language", "programming", "art", "media")
THINGS = (
    *("Moon", "Turtle", "Paint", "Maze", "Clock", "Drum", "Word", "Map", "Abacus", "Puzzle"),
    *("Physics", "Story", "Planet", "Number", "Letter", "Garden", "Robot", "Rhythm", "Chess"),
)


def fill(path: Path, count: int) -> None:
    """A record of that many activities."""
    store = SqliteStore(path)
    for start in range(0, count, TOGETHER):
        with store.batch():
            for number in range(start, min(start + TOGETHER, count)):
                _add(store, number)
    store.close()


def bundle_id(number: int) -> str:
    """The id of one of them."""
    return f"org.example.Sample{number}"


def name(number: int) -> str:
    """What one of them is called: words that others use too, and one that is its own."""
    first, second = THINGS[number % 19], THINGS[(number // 19) % 19]
    return f"{first} {second} {number}"


def _add(store: SqliteStore, number: int) -> None:
    versions = tuple(str(each) for each in range(1, RELEASES + 1))
    store.claim_bundle_id(_activity(number, versions))
    for version in versions:
        store.add_release(_release(number, version))
    store.announce(bundle_id(number))


def _activity(number: int, versions: tuple[str, ...]) -> Activity:
    created = START + timedelta(minutes=number)
    repository = a_repository(number + 1)
    return an_activity(
        bundle_id(number), repository=repository, created_at=created, versions=versions
    )


def _release(number: int, version: str) -> Release:
    listed = START + timedelta(minutes=number, days=int(version))
    return replace(
        a_release(bundle_id(number), version, details=_details(number)),
        listed_at=listed,
        icon=a_file(f"icon {number}", "image/svg+xml"),
        notes="Mends what was broken, and adds what was missing.\n" * 3,
    )


def _details(number: int) -> Details:
    said, kind = name(number), _KINDS[number % 8]
    spoken = LANGUAGES[: 4 + number % 9]
    return Details(
        name=LocalizedText(said, {lang: f"{said} {lang}" for lang in spoken}),
        summary=LocalizedText(
            f"Learn {kind} with {said}", {lang: f"{lang}: {said}, {kind}" for lang in spoken}
        ),
        license="GPLv3+",
        spdx="GPL-3.0-or-later",
        categories=(kind, _KINDS[(number + 3) % 8]),
        languages=spoken,
    )
