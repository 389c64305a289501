import io

import pytest

from aslo.domain.archive import open_archive
from aslo.domain.bundle import Bundle, file_name, read_bundle
from aslo.domain.errors import BadBundleError
from aslo.domain.info import ActivityInfo
from aslo.domain.sugar import Toolkit
from fixtures.bundles import ICON, bundle, info, packed


def read(data: bytes) -> Bundle:
    return read_bundle(open_archive(io.BytesIO(data)))


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems]


def test_an_honest_bundle_is_read_without_a_word():
    found = read(bundle())

    assert found.problems == ()
    assert found.icon == ICON
    assert found.details.spdx == "GPL-3.0-or-later"
    assert found.details.compatibility.toolkit is Toolkit.GTK3


@pytest.mark.case("D18")
def test_a_bundle_without_activity_info_is_refused():
    with pytest.raises(BadBundleError) as refused:
        read(packed({"activity/activity.info.bak": info(), "../x": ""}))

    assert [p.code for p in refused.value.problems] == ["bad-name", "no-info"]


@pytest.mark.case("T26")
def test_an_activity_info_of_10_mb_is_refused_unread():
    with pytest.raises(BadBundleError) as refused:
        read(bundle(b"#" * 10_000_000))

    assert refused.value.problems[0].code == "info-too-large"


def test_a_named_icon_must_be_there():
    found = read(bundle(info(icon="other")))

    assert [(p.code, p.place) for p in found.problems] == [
        ("missing-icon", "activity/activity.info:6")
    ]
    assert found.icon is None


def test_of_an_icon_that_is_named_with_its_extension_and_not_there_both_are_told():
    found = read(bundle(info(icon="other.svg")))

    assert [(p.code, p.message, p.remedy) for p in found.problems] == [
        (
            "missing-icon",
            "the icon 'activity/other.svg.svg' is not there",
            "Write the icon's name without .svg, which Sugar adds, and add the file.",
        )
    ]


def test_an_icon_with_its_extension_is_found_with_advice():
    found = read(bundle(info(icon="paint.svg")))

    assert [p.code for p in found.problems] == ["icon-extension"]
    assert found.problems[0].remedy == "Write `icon = paint`."
    assert found.icon == ICON


@pytest.mark.case("D42")
@pytest.mark.parametrize("icon", ["../paint", "/etc/passwd", "../../../proc/self/environ"])
def test_an_icon_is_looked_for_only_inside_the_bundle(icon):
    assert codes(bundle(info(icon=icon))) == ["missing-icon"]


def test_an_icon_over_1_mib_is_refused():
    data = bundle(info(icon="big"), {"activity/big.svg": bytes(2**20 + 1)})

    assert codes(data) == ["icon-too-large"]


def test_only_so_many_sources_are_looked_at():
    sources = {"a.py": b"#" * (8 * 1024**2 + 1), "library/z.py": b"import gi\n"}
    data = bundle(info(exec="bin/start"), sources | {"paint.py": b""})

    assert read(data).details.compatibility.toolkit is Toolkit.UNKNOWN


def test_the_module_that_exec_names_is_looked_at_first():
    sources = {"a.py": "import gi\n", "paint.py": "import gtk\n"}
    data = bundle(info(exec="sugar-activity paint.Paint"), sources)

    assert read(data).details.compatibility.toolkit is Toolkit.GTK2


@pytest.mark.case("D35", "D36")
def test_the_sources_in_the_bundle_tell_the_toolkit():
    data = packed(
        {
            "activity/activity.info": info(exec="sugar-activity paint.Paint"),
            "activity/paint.svg": ICON,
            "library/other.py": "from gi.repository import Gtk\n",
            "paint.py": "import gtk\n",
        }
    )

    assert read(data).details.compatibility.toolkit is Toolkit.GTK2


@pytest.mark.case("D33", "T21", "T27")
@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("Paint", "3", "Paint-3.xo"),
        ("Euclid's Game", "1.2", "EuclidsGame-1.2.xo"),
        ("Ecológica", "33~dfsg", "Ecologica-33~dfsg.xo"),
        ("例え", "1", "Name-1.xo"),
        ("../../etc", "1", "etc-1.xo"),
        ("-rf", "1", "rf-1.xo"),
        ("x" * 100, "1", "x" * 80 + "-1.xo"),
    ],
)
def test_the_download_has_an_ascii_name(name, version, expected):
    info = ActivityInfo(bundle_id="org.example.Name", name=name, version=version)

    assert file_name(info) == expected
