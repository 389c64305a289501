import pytest

from aslo.adapters.tree_files import is_packed, translations, without_built


@pytest.mark.parametrize(
    "name",
    [
        "activity.py",
        "lib/.gitignore",
        "lib/MANIFEST",
        "lib/dist/tool.py",
        "distance.py",
        "po/pseudo.po",
        ".aslo.toml",
        ".gitattributes",
    ],
)
def test_a_file_that_sugars_builder_packs_is_packed(name: str):
    assert is_packed(name)


@pytest.mark.parametrize(
    "name",
    [
        "dist/Paint-1.xo",
        "screenshots/en/1.png",
        "debian/control",
        ".pc/applied-patches",
        ".gitignore",
        "MANIFEST",
        "a/b/c.pyc",
        "notes.txt~",
        "lib/x.bak",
        "pseudo.po",
        "dist",
        "po/.po",
    ],
)
def test_a_file_that_sugars_builder_leaves_out_is_left_out(name: str):
    assert not is_packed(name)


def test_only_po_files_right_in_po_become_catalogs():
    names = ["po/fr.po", "po/es.po", "po/pseudo.po", "po/Paint.pot", "po/old/de.po", "x/po/de.po"]

    assert translations(names) == ["po/es.po", "po/fr.po"]


def test_a_committed_locale_folder_gives_way_to_po():
    assert without_built(["a", "locale/es/x.mo", "po/es.po"]) == ["a", "po/es.po"]
    assert without_built(["locale", "locales", "po/es.po"]) == ["locales", "po/es.po"]


def test_a_committed_locale_folder_stays_without_po():
    assert without_built(["a", "locale/es/x.mo"]) == ["a", "locale/es/x.mo"]
