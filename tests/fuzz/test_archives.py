"""No damage to an archive ends in anything but a verdict; what passes Python reads alike."""

import io
import random
import zipfile
from collections.abc import Iterator

import pytest

from aslo.domain.archive import Archive, open_archive
from aslo.domain.bundle import read_bundle
from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Severity
from fixtures.bad_archives import BAD_ARCHIVES
from fixtures.bundles import (
    STREAMED,
    TOP,
    Raw,
    bundle,
    descriptor,
    info,
    message_file,
    with_entries,
    zip64_extra,
)
from fixtures.mutations import damaged, dice, scaled, survive

KIND = "archives"
LINFO = "[Activity]\nname = Malen\nsummary = Bunt\n"
CATALOG = message_file({"Paint": "Malen", "Draw with friends": "Zeichne"})
TRANSLATED = {
    "locale/de/activity.linfo": LINFO,
    "locale/de/LC_MESSAGES/org.example.Paint.mo": CATALOG,
}
BUNDLE = bundle(files=TRANSLATED)
SHORT = [data for data, _ in BAD_ARCHIVES.values() if len(data) < 3_000]
WORDS = (
    b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\10", b"\xff\xff\xff\xff",
    b"\0\0\0\0", b"\1\0\20\0", b"\x75\x70\5\0", b"../", b"/", b"\\",
)  # fmt: skip
LIES = {
    "name": (b"", TOP.encode(), f"{TOP}/a".encode(), f"{TOP}/A/".encode(), b"\xc3\xa9"),
    "flags": (0, 1, 2, 8, 0x800),
    "method": (0, 8, 9),
    "crc": (0, 9),
    "packed": (0, 1, 3, 0xFFFFFFFF),
    "unpacked": (0, 1, 3, 0xFFFFFFFF),
    "extra": (
        b"",
        bytes(3),
        zip64_extra(1, 1),
        zip64_extra(1, 3),
        b"up\5\0\1\0\0\0\0",
        b"UT\1\0\0",
    ),
}
BEHIND = (b"", b"", b"", descriptor(b"x", 1), descriptor(b"x", 3, b""), b"hidden")


def verdict(data: bytes) -> bool:
    """Whether a bundle has no error; one that has none must be what Python takes it for."""
    try:
        archive = open_archive(io.BytesIO(data))
        problems = [*archive.faults, *read_bundle(archive).problems]
    except BadBundleError:
        return False
    if any(problem.severity is Severity.ERROR for problem in problems):
        return False
    assert contents(archive) == contents_by_python(data)
    return True


def contents(archive: Archive) -> dict[bytes, bytes]:
    return {f"{archive.top}/{name}".encode(): archive.read(name) for name in archive.spans}


def contents_by_python(data: bytes) -> dict[bytes, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        return {raw_name(entry): archive.read(entry) for entry in entries}


def raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")


def odd_bundles(count: int) -> Iterator[bytes]:
    """Bundles of which some are sound, some lie, and some tell the same lie everywhere."""
    chance = dice("odd bundles")
    for _ in range(scaled(count)):
        yield with_entries(*(odd_entry(chance) for _ in range(chance.randint(1, 3))))


def odd_entry(chance: random.Random) -> Raw:
    local, central = odd_words(chance), odd_words(chance)
    if chance.random() < 0.5:
        local = central
    return Raw(
        f"{TOP}/{chance.choice('abAé')}",
        chance.choice((b"", b"x", b"xyz")),
        method=chance.choice((0, 8)),
        flags=chance.choice((0, 0, 8)),
        mode=chance.choice((0, 0o100644, 0o100755, 0o120777)),
        local=chance.choice((local, STREAMED)),
        central=central,
        after=chance.choice(BEHIND),
    )


def odd_words(chance: random.Random) -> dict[str, object]:
    told = chance.sample(sorted(LIES), chance.choice((0, 0, 1, 2)))
    return {word: chance.choice(LIES[word]) for word in told}


def bundles_with_damaged_files(count: int) -> Iterator[bytes]:
    parts = [
        damaged(f"bundles {name}", [content], count=count, words=WORDS)
        for name, content in (("info", info()), ("linfo", LINFO.encode()), ("mo", CATALOG))
    ]
    for info_file, linfo, catalog in zip(*parts, strict=True):
        names = ("locale/de/activity.linfo", "locale/de/LC_MESSAGES/org.example.Paint.mo")
        yield bundle(info_file, dict(zip(names, (linfo, catalog), strict=True)))


@pytest.mark.case("D21", "T24")
def test_damaged_archives_always_get_a_verdict():
    accepted = survive(KIND, verdict, damaged("whole", [BUNDLE], count=10_000, words=WORDS))

    assert verdict(BUNDLE)
    assert 0 < accepted < scaled(2_000)


def test_damaged_bad_archives_always_get_a_verdict():
    survive(KIND, verdict, damaged("bad", SHORT, count=10_000, words=WORDS))


def test_archives_that_lie_by_chance_always_get_a_verdict():
    assert survive(KIND, verdict, odd_bundles(5_000)) > scaled(50)


def test_bundles_with_damaged_files_always_get_a_verdict():
    assert survive(KIND, verdict, bundles_with_damaged_files(1_000)) > scaled(50)
