import io
import zipfile
from datetime import UTC, datetime

import pytest

from aslo.domain.archive import MAX_BUNDLE_BYTES
from aslo.domain.glance import glance
from fixtures.bundles import INFO_PATH, Raw, bundle, info, packed, raw_zip


def dated(*dates):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(INFO_PATH, dates[0]), info())
        for number, date in enumerate(dates[1:]):
            archive.writestr(zipfile.ZipInfo(f"Paint.activity/{number}", date), b"x")
    return file


def test_a_glance_tells_who_a_bundle_says_it_is():
    seen = glance(io.BytesIO(bundle(info(repository="https://github.com/sugarlabs/paint"))))

    assert seen.bundle_id == "org.example.Paint"
    assert seen.version.text == "3"
    assert seen.repository == "sugarlabs/paint"


def test_the_home_page_may_tell_the_repository_too():
    seen = glance(io.BytesIO(bundle(info(url="https://github.com/sugarlabs/paint"))))

    assert seen.repository == "sugarlabs/paint"


def test_a_bundle_is_as_old_as_its_newest_file():
    seen = glance(dated((2009, 5, 1, 0, 0, 0), (2011, 2, 3, 4, 5, 6), (2010, 1, 1, 0, 0, 0)))

    assert seen.packed_at == datetime(2011, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_a_date_before_sugar_tells_nothing():
    assert glance(dated((1980, 1, 1, 0, 0, 0))).packed_at is None


def test_a_date_that_does_not_exist_tells_nothing():
    seen = glance(io.BytesIO(raw_zip([Raw(INFO_PATH, info())])))

    assert seen.packed_at is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        packed({"other": b""}),
        raw_zip([]),
        bundle(info(activity_version="x")),
        bundle()[:-30],
        raw_zip([Raw(INFO_PATH, info(), central={"unpacked": 2**31})]),
    ],
)
def test_nothing_is_seen_of_what_is_no_bundle(data):
    assert glance(io.BytesIO(data)) is None


class Huge(io.BytesIO):
    """Says that it is too large, and lets nobody read it."""

    def seek(self, at, whence=0):
        return MAX_BUNDLE_BYTES + 1

    def read(self, size=-1):
        raise AssertionError("it is read all the same")


def test_a_file_that_is_too_large_is_not_read():
    assert glance(Huge()) is None
