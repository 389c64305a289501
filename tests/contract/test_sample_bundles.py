"""The samples, as the store reads them: sound ones pass, the broken one has three problems."""

from io import BytesIO

import pytest
from PIL import Image

from aslo.adapters.pictures_pillow import PillowPictures
from aslo.demo.samples import bundle, samples
from aslo.domain.archive import open_archive
from aslo.domain.bundle import Bundle, read_bundle
from aslo.domain.problem import Severity
from aslo.domain.sugar import Toolkit

ALL = {sample.repository: sample for sample in samples()}
SOUND = [name for name in ALL if name != "rocket-count"]


def read(files: dict[str, bytes]) -> Bundle:
    return read_bundle(open_archive(BytesIO(bundle(files)[1])))


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_sample_has_no_problem_in_any_version(name):
    sample = ALL[name]
    for release in sample.releases:
        found = read(release.files())
        assert [p for p in found.problems if p.severity is Severity.ERROR] == []
        assert found.info.bundle_id == sample.bundle_id
        assert len(found.details.languages) >= 3


def test_the_broken_sample_has_exactly_three_problems_at_once():
    found = read(ALL["rocket-count"].releases[-1].files())
    assert {problem.code for problem in found.problems} == {
        "bad-version", "bare-percent", "missing-icon",
    }  # fmt: skip
    assert len(found.problems) == 3
    assert all(problem.severity is Severity.ERROR for problem in found.problems)


def test_kinds_of_activities_are_told_apart():
    first, *_, last = ALL["clock-garden"].releases
    assert read(first.files()).details.compatibility.toolkit is Toolkit.GTK2
    assert read(last.files()).details.compatibility.toolkit is Toolkit.GTK3
    web = ALL["paper-maze"].releases[-1]
    assert read(web.files()).details.compatibility.toolkit is Toolkit.WEB


@pytest.mark.parametrize("name", ALL)
def test_every_icon_can_be_served(name):
    files = ALL[name].releases[-1].files()
    (icon,) = (data for path, data in files.items() if path.endswith(".svg"))
    assert b"viewBox" in PillowPictures().icon(icon, ALL[name].bundle_id)


@pytest.mark.parametrize("name", SOUND)
def test_every_screenshot_can_be_served_and_shows_something(name, tmp_path):
    files = ALL[name].releases[-1].files()
    drawn = {path: data for path, data in files.items() if path.startswith("screenshots/")}
    assert 1 <= len(drawn) <= 2
    for data in drawn.values():
        (tmp_path / "in").write_bytes(data)
        kind = PillowPictures().screenshot(tmp_path / "in", tmp_path / "out", 1280)
        assert kind == ("image/webp", 800, 600)
        with Image.open(BytesIO(data)) as picture:
            assert len(picture.convert("RGB").getcolors(800 * 600)) > 50


def test_the_extension_of_one_screenshot_lies():
    files = ALL["lile-aux-mots"].releases[-1].files()
    assert files["screenshots/en/plage.jpg"].startswith(b"\x89PNG")


def test_drawings_are_the_same_every_time():
    first, second = (ALL["star-map"].releases[-1].files() for _ in range(2))
    assert first == second
