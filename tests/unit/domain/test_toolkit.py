import pytest

from aslo.domain.sugar import SUGARS, Compatibility, Toolkit, runs_on
from aslo.domain.toolkit import _STARTERS, compatibility, main_module

GTK2 = b"from sugar.activity import activity\nimport gtk\n"
GTK3 = (
    b"# \xff\xfe not UTF-8\nfrom gi.repository import Gtk\nfrom sugar3.activity import activity\n"
)


@pytest.mark.case("D35", "T31")
@pytest.mark.parametrize(
    ("command", "source", "expected"),
    [
        ("sugar-activity3 a.A", b"", Compatibility(Toolkit.GTK3, 3, "0.116")),
        ("/usr/bin/sugar-activity3 a.A", GTK3, Compatibility(Toolkit.GTK3, 3, "0.116")),
        ("sugar-activity4 a.A", b"", Compatibility(Toolkit.GTK4, 3, "0.121")),
        ("sugar-activity-web", b"", Compatibility(Toolkit.WEB, None, "0.100")),
        ("sugar-activity a.A", GTK3, Compatibility(Toolkit.GTK3, 2, "0.96", "0.117")),
        ("sugar-activity a.A", GTK2, Compatibility(Toolkit.GTK2, 2, "0.86", "0.117")),
        (
            "sugar-activity a.A",
            GTK2 + b"toolbox = activity.ActivityToolbox(self)\n",
            Compatibility(Toolkit.GTK2, 2, "0.82", "0.117"),
        ),
        (
            "sugar-activity a.A",
            GTK2 + b"ActivityToolbox\nToolbarBox\n",
            Compatibility(Toolkit.GTK2, 2, "0.86", "0.117"),
        ),
        ("sugar-activity a.A", b"", Compatibility(Toolkit.UNKNOWN, 2, "0.86", "0.117")),
        ("bin/start.sh", b"", Compatibility(Toolkit.UNKNOWN, None, "0.86")),
        ("bin/start.sh", GTK3, Compatibility(Toolkit.GTK3, None, "0.96")),
        (
            "bin/start",
            b"import gi\ngi.require_version('Gtk', '4.0')\n",
            Compatibility(Toolkit.GTK4, None, "0.121"),
        ),
        ("", b"", Compatibility(Toolkit.UNKNOWN, None, "0.86")),
    ],
)
def test_the_starter_and_the_imports_tell(command, source, expected):
    assert compatibility(command, [source]) == expected


def test_every_sugar_from_which_something_runs_can_be_asked_for():
    assert {each.min_sugar for each in _STARTERS.values()} <= set(SUGARS)


def test_the_main_module_counts_more_than_a_library_beside_it():
    assert compatibility("sugar-activity a.A", [GTK2, GTK3]).toolkit is Toolkit.GTK2


def test_another_module_tells_where_the_main_one_does_not():
    assert compatibility("sugar-activity a.A", [b"import os\n", GTK3]).toolkit is Toolkit.GTK3


def test_an_import_in_a_comment_or_a_name_does_not_count():
    source = b"# import gtk\nimport gtkish\nimport gist\n"

    assert compatibility("sugar-activity a.A", [source]).toolkit is Toolkit.UNKNOWN


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("sugar-activity3 paint.Paint", "paint.py"),
        ("sugar-activity a.b.C -s", "a/b.py"),
        ("sugar-activity3 -s x.Y", "x.py"),
        ("sugar-activity-web", None),
        ("python paint.Paint", None),
        ("", None),
    ],
)
def test_the_main_module_is_found(command, module):
    assert main_module(command) == module


def test_python_2_ends_with_sugar_0_117():
    needs = compatibility("sugar-activity a.A", [GTK3])

    assert runs_on(needs, "0.116")
    assert not runs_on(needs, "0.118")
    assert not runs_on(needs, "0.94")
