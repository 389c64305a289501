import io
import struct
import sys
import unicodedata
import warnings
import zipfile
import zlib

import pytest

from aslo.domain.archive import open_archive
from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Severity
from fixtures.bundles import ICON, INFO_PATH, TOP, Raw, bundle, honest_entries, info, raw_zip


def codes(data: bytes) -> set[str]:
    """The codes of all errors the reader finds."""
    try:
        faults = open_archive(io.BytesIO(data)).faults
    except BadBundleError as error:
        faults = error.problems
    return {problem.code for problem in faults if problem.severity is Severity.ERROR}


def with_entries(*entries: Raw, **end: object) -> bytes:
    return raw_zip([*honest_entries(), *entries], **end)


def with_names(*names: str | bytes) -> bytes:
    return with_entries(*(Raw(name) for name in names))


def zip64_extra(unpacked: int, packed: int) -> bytes:
    return struct.pack("<HHQQ", 1, 16, unpacked, packed)


def descriptor(data: bytes, packed: int, signature: bytes = b"PK\x07\x08") -> bytes:
    return signature + struct.pack("<3L", zlib.crc32(data), packed, len(data))


def hiding(length: int) -> bytes:
    """A bundle with an entry whose packed data go on after their end."""
    content = b"z" * length
    stream = b"\x01" + struct.pack("<HH", length, length ^ 0xFFFF) + content
    said = {"method": 8, "crc": zlib.crc32(content), "unpacked": length}
    return with_entries(Raw(f"{TOP}/a", stream + b"hidden", method=0, local=said, central=said))


LONG = Raw(f"{TOP}/long", b"y" * 500)
STREAMED = {"crc": 0, "packed": 0, "unpacked": 0}
FIRST_LENGTH = 30 + len(INFO_PATH) + len(Raw("", info()).payload)
UNICODE_PATH = struct.pack("<HHBL", 0x7075, 5 + 7, 1, 0) + b"../evil"

HOSTILE = {
    "no zip": (b"hello" * 100, "not-a-zip"),
    "an empty file": (b"", "not-a-zip"),
    "a zip without its end": (bundle()[:-30], "not-a-zip"),
    "a zip without its start": (bundle()[20:], "stray-bytes"),
    "a zip with no entries": (raw_zip([]), "empty-bundle"),
    "an absolute name": (with_names("/etc/passwd"), "not-one-folder"),
    "a name that climbs out": (with_names(f"{TOP}/../other"), "bad-name"),
    "a name that climbs to the top": (with_names("../../other"), "not-one-folder"),
    "a name that ends in dots": (with_names(f"{TOP}/a/.."), "bad-name"),
    "a single dot": (with_names(f"{TOP}/./a"), "bad-name"),
    "a doubled slash": (with_names(f"{TOP}//a"), "bad-name"),
    "a backslash": (with_names(f"{TOP}\\a"), "not-one-folder"),
    "a backslash below the top": (with_names(f"{TOP}/a\\..\\b"), "bad-name"),
    "a drive letter": (with_names("C:/a"), "not-one-folder"),
    "a drive as the top folder": (
        raw_zip([Raw("C:x.activity/activity/activity.info", info())]),
        "bad-name",
    ),
    "a NUL in a name": (with_names(f"{TOP}/a\0b"), "bad-name"),
    "a newline in a name": (with_names(f"{TOP}/a\nb"), "bad-name"),
    "an escape in a name": (with_names(f"{TOP}/a\x1b[2J"), "bad-name"),
    "a turned direction of writing": (with_names(f"{TOP}/a\u202egpj.exe"), "bad-name"),
    "an empty name": (with_names(""), "not-one-folder"),
    "a name that is not UTF-8": (with_names(f"{TOP}/".encode() + b"\xff\xfe"), "bad-name"),
    "a part of 300 characters": (with_names(f"{TOP}/{'a' * 300}"), "bad-name"),
    "a path of 2,000 characters": (with_names(f"{TOP}/{'a/' * 1000}b"), "bad-name"),
    "a path of 41 parts": (with_names(f"{TOP}/{'a/' * 39}b"), "bad-name"),
    "another name in an extra field": (
        with_entries(Raw(f"{TOP}/a", central={"extra": UNICODE_PATH})),
        "bad-name",
    ),
    "another name in the local extra field": (
        with_entries(Raw(f"{TOP}/a", local={"extra": UNICODE_PATH})),
        "zip-mismatch",
    ),
    "a top folder not marked as UTF-8": (
        raw_zip(
            [
                Raw(
                    "É.activity/activity/activity.info",
                    info(),
                    central={"flags": 0},
                    local={"flags": 0},
                )
            ]
        ),
        "bad-name",
    ),
    "one name with two contents": (
        with_entries(Raw(f"{TOP}/a", b"1"), Raw(f"{TOP}/a", b"2")),
        "repeated-name",
    ),
    "names that differ in case": (with_names(f"{TOP}/a", f"{TOP}/A"), "name-clash"),
    "names that differ in folding": (with_names(f"{TOP}/straße", f"{TOP}/STRASSE"), "name-clash"),
    "names that differ in accents": (
        with_names(f"{TOP}/é", unicodedata.normalize("NFD", f"{TOP}/é")),
        "name-clash",
    ),
    "a file and a folder by one name": (with_names(f"{TOP}/a", f"{TOP}/a/b"), "name-clash"),
    "a file beside its folder": (
        with_entries(Raw(f"{TOP}/a"), Raw(f"{TOP}/a/", b"", method=0, mode=0o40755)),
        "name-clash",
    ),
    "no folder": (raw_zip([Raw("activity.info", info())]), "bad-top-folder"),
    "a top folder of another kind": (raw_zip([Raw("Paint/a")]), "bad-top-folder"),
    "a hidden top folder": (raw_zip([Raw(".Paint.activity/a")]), "bad-top-folder"),
    "nothing but a suffix": (raw_zip([Raw(".activity/a")]), "bad-top-folder"),
    "two top folders": (with_names("Other.activity/a"), "not-one-folder"),
    "a top folder that begins like the first": (with_names(f"{TOP}X/a"), "not-one-folder"),
    "a file beside the folder": (with_names("README"), "not-one-folder"),
    "a symbolic link": (
        with_entries(Raw(f"{TOP}/a", b"/etc/passwd", mode=0o120777)),
        "special-file",
    ),
    "a device": (with_entries(Raw(f"{TOP}/a", mode=0o020666)), "special-file"),
    "a block device": (with_entries(Raw(f"{TOP}/a", mode=0o060666)), "special-file"),
    "a pipe": (with_entries(Raw(f"{TOP}/a", mode=0o010666)), "special-file"),
    "a socket": (with_entries(Raw(f"{TOP}/a", mode=0o140666)), "special-file"),
    "a folder named like a file": (with_entries(Raw(f"{TOP}/a", mode=0o40755)), "special-file"),
    "a link named like a folder": (
        with_entries(Raw(f"{TOP}/a/", b"", method=0, mode=0o120777)),
        "special-file",
    ),
    "an encrypted entry": (with_entries(Raw(f"{TOP}/a", flags=1)), "encrypted"),
    "strong encryption": (with_entries(Raw(f"{TOP}/a", flags=0x40)), "encrypted"),
    "masked headers": (with_entries(Raw(f"{TOP}/a", flags=0x2000)), "encrypted"),
    "a patch": (with_entries(Raw(f"{TOP}/a", flags=0x20)), "compression"),
    "bzip2": (with_entries(Raw(f"{TOP}/a", method=12)), "compression"),
    "lzma": (with_entries(Raw(f"{TOP}/a", method=14)), "compression"),
    "deflate64": (with_entries(Raw(f"{TOP}/a", method=9)), "compression"),
    "zstandard": (with_entries(Raw(f"{TOP}/a", method=93)), "compression"),
    "another name in the header": (
        with_entries(Raw(f"{TOP}/a", local={"name": f"{TOP}/b".encode()})),
        "zip-mismatch",
    ),
    "another method in the header": (
        with_entries(Raw(f"{TOP}/a", local={"method": 0})),
        "zip-mismatch",
    ),
    "another length in the header": (
        with_entries(Raw(f"{TOP}/a", local={"unpacked": 9})),
        "zip-mismatch",
    ),
    "another packed length in the header": (
        with_entries(Raw(f"{TOP}/a", local={"packed": 9})),
        "zip-mismatch",
    ),
    "another checksum in the header": (
        with_entries(Raw(f"{TOP}/a", local={"crc": 9})),
        "zip-mismatch",
    ),
    "encryption told only by the header": (
        with_entries(Raw(f"{TOP}/a", local={"flags": 1})),
        "zip-mismatch",
    ),
    "open sizes without a descriptor": (
        with_entries(Raw(f"{TOP}/a", local=STREAMED)),
        "zip-mismatch",
    ),
    "a descriptor that lies": (
        with_entries(Raw(f"{TOP}/a", flags=8, local=STREAMED, after=descriptor(b"other", 3))),
        "zip-mismatch",
    ),
    "a descriptor that is not there": (
        with_entries(Raw(f"{TOP}/a", flags=8, local=STREAMED)),
        "zip-mismatch",
    ),
    "two entries over one content": (
        with_entries(LONG, Raw(f"{TOP}/long", LONG.data, at=2 * FIRST_LENGTH)),
        "zip-header",
    ),
    "one header listed twice": (
        raw_zip([*honest_entries(), Raw(INFO_PATH, info(), at=0)]),
        "overlap",
    ),
    "an entry that reaches over the next": (
        with_entries(
            Raw(
                f"{TOP}/a",
                b"1",
                method=0,
                local={"packed": 40, "unpacked": 40},
                central={"packed": 40, "unpacked": 40},
            ),
            LONG,
        ),
        "overlap",
    ),
    "an entry that reaches over the directory": (
        with_entries(
            Raw(
                f"{TOP}/a",
                b"1",
                method=0,
                local={"packed": 40, "unpacked": 40},
                central={"packed": 40, "unpacked": 40},
            ),
        ),
        "overlap",
    ),
    "a header outside the file": (with_entries(Raw(f"{TOP}/a", at=10**9)), "zip-header"),
    "a header in the directory": (
        with_entries(Raw(f"{TOP}/a", at=len(raw_zip(honest_entries())) - 60)),
        "zip-header",
    ),
    "data before the first entry": (with_entries(before=b"#!/bin/sh\n"), "stray-bytes"),
    "data before it, and offsets that know": (
        raw_zip(honest_entries(), before=b"MZ" * 50),
        "stray-bytes",
    ),
    "data between entries": (with_entries(Raw(f"{TOP}/a", after=b"hidden"), LONG), "stray-bytes"),
    "data before the directory": (with_entries(gap=b"hidden"), "stray-bytes"),
    "data after the end": (with_entries(after=b"hidden"), "stray-bytes"),
    "fewer entries than said": (with_entries(count=7), "zip-directory"),
    "more entries than said": (with_entries(LONG, count=1), "zip-directory"),
    "a directory said to be shorter": (with_entries(length=10), "stray-bytes"),
    "a directory said to be elsewhere": (with_entries(at=3), "stray-bytes"),
    "several disks": (with_entries(disk=1), "multi-disk"),
    "a version of the format to come": (
        with_entries(Raw(f"{TOP}/a", central={"version": 64})),
        "zip-version",
    ),
    "a damaged extra field": (
        with_entries(Raw(f"{TOP}/a", central={"extra": b"ab\xff\xff"})),
        "zip-directory",
    ),
    "an entry on another disk": (with_entries(Raw(f"{TOP}/a", central={"disk": 2})), "multi-disk"),
    "a zip64 count": (with_entries(count=0xFFFF), "zip64"),
    "a zip64 place": (with_entries(at=0xFFFFFFFF), "zip64"),
    "a zip64 size": (
        with_entries(Raw(f"{TOP}/a", central={"unpacked": 0xFFFFFFFF, "extra": zip64_extra(1, 3)})),
        "zip64",
    ),
    "a zip64 locator": (bundle()[:-22] + b"PK\x06\x07" + bytes(16) + bundle()[-22:], "zip64"),
    "zip64 sizes that lie": (
        with_entries(
            Raw(
                f"{TOP}/a",
                local={"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF, "extra": zip64_extra(9, 9)},
            )
        ),
        "zip-mismatch",
    ),
    "20,001 entries": (with_entries(count=20_001), "too-many-entries"),
    "a stored entry of two sizes": (
        with_entries(
            Raw(f"{TOP}/a", b"12", method=0, local={"unpacked": 1}, central={"unpacked": 1})
        ),
        "damaged-entry",
    ),
    "a folder with contents": (with_entries(Raw(f"{TOP}/a/", b"x", mode=0o40755)), "damaged-entry"),
    "a wrong checksum": (
        with_entries(Raw(f"{TOP}/a", local={"crc": 9}, central={"crc": 9})),
        "damaged-entry",
    ),
    "contents longer than said": (
        with_entries(Raw(f"{TOP}/a", b"x" * 99, local={"unpacked": 5}, central={"unpacked": 5})),
        "damaged-entry",
    ),
    "contents shorter than said": (
        with_entries(Raw(f"{TOP}/a", local={"unpacked": 5}, central={"unpacked": 5})),
        "damaged-entry",
    ),
    "data that is not deflated": (
        with_entries(
            Raw(f"{TOP}/a", b"\xff" * 9, method=0, local={"method": 8}, central={"method": 8})
        ),
        "damaged-entry",
    ),
    "250 MB and more": (
        with_entries(*(Raw(f"{TOP}/{n}", central={"unpacked": 2**27}) for n in range(3))),
        "unpacked-too-large",
    ),
    "data behind the contents": (hiding(100), "damaged-entry"),
    "data behind contents that fill a chunk": (hiding(65_531), "damaged-entry"),
    "a bomb": (with_entries(Raw(f"{TOP}/a", central={"unpacked": 70 * 1024**2})), "ratio"),
    "a bomb of copies": (
        with_entries(*(Raw(INFO_PATH, bytes(2**20), at=0) for n in range(70))),
        "ratio",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_archive_is_refused(what):
    data, code = HOSTILE[what]

    assert code in codes(data)


def honest_but_odd():
    streamed = Raw(f"{TOP}/a", b"streamed", flags=8, local=STREAMED)
    bare = Raw(f"{TOP}/b", b"bare", flags=8, local=STREAMED)
    large = {"packed": 0xFFFFFFFF, "unpacked": 0xFFFFFFFF}
    forced = Raw(f"{TOP}/c", b"forced")
    streamed.after = descriptor(streamed.data, len(streamed.payload))
    bare.after = descriptor(bare.data, len(bare.payload), b"")
    forced.local = large | {"extra": zip64_extra(len(forced.data), len(forced.payload))}
    return {
        "nothing odd": bundle(),
        "folders": with_entries(Raw(f"{TOP}/a/", b"", method=0, mode=0o40755), Raw(f"{TOP}/a/b")),
        "no mode": with_entries(Raw(f"{TOP}/a", mode=0)),
        "an empty file": with_entries(Raw(f"{TOP}/a", b""), Raw(f"{TOP}/b", b"", method=0)),
        "a path of 40 parts": with_names(f"{TOP}/{'a/' * 38}b"),
        "names that are not ASCII": with_names(f"{TOP}/canción/ünïcode/例"),
        "UTF-8 names without the mark": with_entries(
            Raw(f"{TOP}/canción", local={"flags": 0}, central={"flags": 0})
        ),
        "a descriptor": with_entries(streamed, LONG),
        "a descriptor without signature": with_entries(bare, LONG),
        "sizes kept in an extra field": with_entries(forced),
        "a comment": with_entries(comment=b"made by hand"),
        "packing hints that differ": with_entries(Raw(f"{TOP}/a", local={"flags": 2})),
        "20 MB that pack well": with_entries(Raw(f"{TOP}/a", bytes(20 * 1024**2))),
    }


HONEST = honest_but_odd()


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_archive_is_read(what):
    assert codes(HONEST[what]) == set()


class Pipe(io.RawIOBase):
    """A file that cannot seek, for which Python's zipfile writes descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, chunk):
        self.data += chunk
        return len(chunk)


# Before 3.11.4 Python wrote a zip64 local header without its sizes, which nobody can read
# (https://github.com/python/cpython/issues/103861); Sugar's bundle builder never asks for it.
SOUND_ZIP64 = sys.version_info >= (3, 11, 4)


@pytest.mark.parametrize("zip64", [False, True] if SOUND_ZIP64 else [False])
def test_what_python_streams_is_read(zip64):
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ((INFO_PATH, info()), (f"{TOP}/é", b"x" * 200_000)):
            with archive.open(name, "w", force_zip64=zip64) as entry:
                entry.write(data)

    archive = open_archive(io.BytesIO(bytes(pipe.data)))

    assert archive.faults == ()
    assert archive.read("é") == b"x" * 200_000


def test_a_file_packed_twice_alike_is_only_a_warning():
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for name in (INFO_PATH, INFO_PATH, f"{TOP}/activity/paint.svg"):
            archive.writestr(name, info())

    [fault] = open_archive(file).faults

    assert (fault.code, fault.severity) == ("repeated-name", Severity.WARNING)


def test_faults_of_several_entries_are_all_named():
    data = with_entries(Raw(f"{TOP}/../a"), Raw(f"{TOP}/b", mode=0o120777), Raw(f"{TOP}/B"))

    assert codes(data) == {"bad-name", "special-file", "name-clash"}


def test_a_name_below_files_is_told_once_however_many_they_are():
    files = [Raw(f"{TOP}/{'/'.join('a' * depth)}") for depth in range(1, 30)]

    faults = open_archive(io.BytesIO(with_entries(*files))).faults

    assert len(faults) == len(files) - 1


def test_faults_without_end_are_not_all_collected():
    names = [f"{TOP}/a/{n}" for n in range(2_000)] + [f"{TOP}/a\t{n}" for n in range(2_000)]

    faults = open_archive(io.BytesIO(with_names(f"{TOP}/a", *names))).faults

    assert {fault.code for fault in faults} == {"bad-name", "name-clash"}
    assert len(faults) == 200


def test_two_builds_of_one_tree_have_one_digest():
    forwards = raw_zip(honest_entries())
    backwards = raw_zip([Raw(e.name, e.data, method=0) for e in reversed(honest_entries())])
    changed = raw_zip([honest_entries()[0], Raw(f"{TOP}/activity/paint.svg", ICON + b" ")])
    renamed = raw_zip([honest_entries()[0], Raw(f"{TOP}/activity/other.svg", ICON)])

    digests = [open_archive(io.BytesIO(d)).digest for d in (forwards, backwards, changed, renamed)]

    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_contents_come_back_in_full_however_they_are_packed():
    content = bytes(range(256)) * 2_000
    archive = open_archive(
        io.BytesIO(with_entries(Raw(f"{TOP}/a", content), Raw(f"{TOP}/b", content, method=0)))
    )

    assert archive.read("a") == archive.read("b") == content
    assert archive.size_bytes("a") == len(content)
    assert archive.size_bytes("c") is None


def test_a_bundle_over_100_mib_is_refused_unread():
    class Huge(io.BytesIO):
        def seek(self, at, whence=0):
            return 100 * 1024**2 + 1 if whence == 2 else super().seek(at)

        def read(self, *_):
            raise AssertionError("read too soon")

    with pytest.raises(BadBundleError) as refused:
        open_archive(Huge())

    assert refused.value.problems[0].code == "bundle-too-large"
