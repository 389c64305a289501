import io
import sys
import warnings
import zipfile

import pytest

from aslo.domain.archive import open_archive
from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Severity
from fixtures.bad_archives import error_codes
from fixtures.bombs import MB, zeros
from fixtures.bundles import (
    ICON,
    INFO_PATH,
    STREAMED,
    TOP,
    Raw,
    bundle,
    descriptor,
    honest_entries,
    info,
    raw_zip,
    with_entries,
    with_names,
    zip64_extra,
)

LONG = Raw(f"{TOP}/long", b"y" * 500)


def honest_but_odd():
    streamed = Raw(f"{TOP}/a", b"streamed", flags=8, local=STREAMED)
    half = Raw(f"{TOP}/d", b"half known", flags=8, local={**STREAMED, "unpacked": 10})
    half.after = descriptor(half.data, len(half.payload))
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
        "a descriptor, and the length in the header": with_entries(half, LONG),
        "a descriptor without signature": with_entries(bare, LONG),
        "sizes kept in an extra field": with_entries(forced),
        "a comment": with_entries(comment=b"made by hand"),
        "packing hints that differ": with_entries(Raw(f"{TOP}/a", local={"flags": 2})),
        "a zip file inside": with_entries(Raw(f"{TOP}/a.zip", bundle(), method=0)),
        "a bomb inside, which nobody unpacks": with_entries(Raw(f"{TOP}/a.zip", zeros(1, 70 * MB))),
        "extra fields that only pad": with_entries(
            Raw(f"{TOP}/a", local={"extra": bytes(3)}, central={"extra": bytes(7)})
        ),
        "the same extra field twice": with_entries(
            Raw(f"{TOP}/a", central={"extra": b"UT\1\0\0" * 2})
        ),
        "20 MB that pack well": with_entries(Raw(f"{TOP}/a", bytes(20 * 1024**2))),
    }


HONEST = honest_but_odd()


@pytest.mark.case("T24")
@pytest.mark.parametrize("what", HONEST)
def test_an_honest_archive_is_read(what):
    assert error_codes(HONEST[what]) == set()


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


@pytest.mark.case("T24")
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

    assert error_codes(data) == {"bad-name", "special-file", "name-clash"}


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


@pytest.mark.case("D20", "T25")
def test_a_bundle_over_100_mib_is_refused_unread():
    class Huge(io.BytesIO):
        def seek(self, at, whence=0):
            return 100 * 1024**2 + 1 if whence == 2 else super().seek(at)

        def read(self, *_):
            raise AssertionError("read too soon")

    with pytest.raises(BadBundleError) as refused:
        open_archive(Huge())

    assert refused.value.problems[0].code == "bundle-too-large"
