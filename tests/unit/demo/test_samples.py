"""The samples: invented, many-sided, and the same every time."""

import configparser
from pathlib import PurePosixPath

import polib
import pytest

from aslo.demo.samples import Sample, bundle, next_release, samples
from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.words import FIELDS, folder, words_of
from aslo.domain.version import ActivityVersion

ALL = {sample.repository: sample for sample in samples()}
SOUND = [name for name in ALL if name != "rocket-count"]


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Drawing costs most of the time and has tests of its own."""

    def names_alone(recipe: Recipe) -> dict[str, bytes]:
        return {f"screenshots/{path}": b"" for path in recipe.pictures}

    monkeypatch.setattr(Recipe, "screenshots", names_alone)


def version_of(sample: Sample, number: int) -> str:
    return sample.releases[number].tag.removeprefix("v")


def info_of(files: dict[str, bytes]) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.read_string(files["activity/activity.info"].decode())
    return parser["Activity"]


def test_there_are_a_dozen_and_a_broken_one():
    assert len(ALL) == 13
    assert list(ALL)[-1] == "rocket-count"
    assert len({sample.bundle_id for sample in ALL.values()}) == 13
    assert all(s.bundle_id.startswith("org.sugarlabs.demo.") for s in ALL.values())


@pytest.mark.parametrize("name", ALL)
def test_activity_info_says_what_the_sample_and_the_tag_say(name):
    sample = ALL[name]
    for release in sample.releases:
        info = info_of(release.files())
        assert f"v{info['activity_version']}" == release.tag
        assert sample.bundle_id in (info.get("bundle_id"), info.get("service_name"))
        assert release.notes.strip()


@pytest.mark.parametrize("name", SOUND)
def test_the_tree_holds_what_activity_info_names(name):
    files = ALL[name].releases[-1].files()
    info = info_of(files)
    assert f"activity/{info['icon']}.svg" in files
    if info["exec"] == "sugar-activity-web":
        assert "index.html" in files
        assert "setup.py" not in files
    else:
        module, _, name_of_class = info["exec"].split()[-1].partition(".")
        assert f"class {name_of_class}(" in files[f"{module}.py"].decode()
        assert b"bundlebuilder.start()" in files["setup.py"]
    assert any(path.startswith("screenshots/") for path in files)


@pytest.mark.parametrize("name", [n for n in ALL if n != "paper-maze"])
def test_every_program_compiles(name):
    for release in ALL[name].releases:
        compile(release.files()["activity.py"], name, "exec")


@pytest.mark.parametrize("name", SOUND)
def test_versions_grow(name):
    sample = ALL[name]
    versions = [ActivityVersion.parse(version_of(sample, n)) for n in range(len(sample.releases))]
    assert versions == sorted(set(versions))


def test_the_histories_hold_the_cases_that_matter():
    tags = {name: [r.tag for r in sample.releases] for name, sample in ALL.items()}
    assert tags["times-tables"][-2:] == ["v9", "v10"]
    assert tags["leaf-press"] == ["v1.9", "v1.10"]
    assert [n for n, s in ALL.items() if any(r.prerelease for r in s.releases)] == ["story-dice"]
    assert ALL["shape-quilt"].releases[-1].asset
    assert sum(len(sample.releases) > 1 for sample in ALL.values()) >= 6


def test_the_past_was_gtk_2_and_the_present_is_gtk_3():
    first, *_, last = ALL["clock-garden"].releases
    assert b"import gtk" in first.files()["activity.py"]
    assert "class" in info_of(first.files())
    assert b'"Gtk", "3.0"' in last.files()["activity.py"]
    assert info_of(last.files())["exec"].startswith("sugar-activity3 ")


def test_one_name_has_an_apostrophe_and_accents():
    files = ALL["lile-aux-mots"].releases[0].files()
    assert info_of(files)["name"] == "L'Île aux Mots"
    assert ";" in info_of(files)["tags"]


@pytest.mark.parametrize("name", ALL)
def test_translations_are_whole_and_speak_of_the_same_texts(name):
    words = words_of(name)
    files = ALL[name].releases[-1].files()
    assert len(words.translations) >= (1 if name == "rocket-count" else 3)
    for lang, texts in words.translations.items():
        assert set(texts) <= set(FIELDS)
        catalog = polib.pofile(files[f"po/{lang}.po"].decode())
        assert {e.msgid: e.msgstr for e in catalog if e.msgstr} == {
            words.source[field]: text for field, text in texts.items()
        }


def test_all_samples_together_speak_the_languages_of_many_schools():
    spoken = {lang for name in ALL for lang in words_of(name).translations}
    assert {"es", "fr", "pt_BR", "de", "hi", "ar", "sw"} <= spoken


def test_every_icon_is_sugars_own_kind_and_unlike_the_others():
    icons = {(folder(name) / "icon.svg").read_bytes() for name in ALL}
    assert len(icons) == len(ALL)
    for icon in icons:
        assert b'viewBox="0 0 55 55"' in icon
        assert b"<!ENTITY stroke_color " in icon
        assert b"<!ENTITY fill_color " in icon
        assert b"&stroke_color;" in icon
        assert b"&fill_color;" in icon


@pytest.mark.parametrize("name", ALL)
def test_a_sample_is_the_same_every_time(name):
    first, second = (ALL[name].releases[-1].files() for _ in range(2))
    assert first == second
    assert bundle(first) == bundle(second)


@pytest.mark.parametrize("name", ALL)
def test_paths_are_plain(name):
    for path in ALL[name].releases[-1].files():
        assert path == str(PurePosixPath(path))
        assert path.isascii()
        assert not path.startswith(("/", "."))


@pytest.mark.parametrize(
    ("current", "tag"), [("9", "v10"), ("1.9", "v1.10"), ("1.10", "v1.11"), ("3", "v4")]
)
def test_the_next_release_is_one_higher(current, tag):
    release = next_release(ALL["star-map"], current)
    assert release.tag == tag
    assert f"v{info_of(release.files())['activity_version']}" == tag
    assert current in release.notes
    assert not release.prerelease
    assert not release.asset


def test_the_next_release_of_the_garden_is_of_its_present_kind():
    files = next_release(ALL["clock-garden"], "12").files()
    assert b'"Gtk", "3.0"' in files["activity.py"]


def test_a_bundle_is_named_by_activity_and_version():
    name, _ = bundle(ALL["shape-quilt"].releases[-1].files())
    assert name == "ShapeQuilt-3.xo"
