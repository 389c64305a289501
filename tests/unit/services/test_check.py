import pytest

from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Severity
from aslo.services.check import MOST_OF_A_KIND, check_bundle
from fixtures.bundles import ICON, TOP, Raw, bundle, honest_entries, info, raw_zip


@pytest.fixture
def check(tmp_path):
    """Checks a bundle given by its bytes."""

    def run(data, tag=None):
        path = tmp_path / "bundle.xo"
        path.write_bytes(data)
        return check_bundle(path, tag=tag)

    return run


def refused(check, data):
    with pytest.raises(BadBundleError) as error:
        check(data)
    return error.value.problems


def test_a_good_bundle_gives_all_that_a_release_needs(check):
    found = check(bundle(), tag="v3")

    assert (found.bundle_id, found.version) == ("org.example.Paint", "3")
    assert found.file_name == "Paint-3.xo"
    assert found.icon == ICON
    assert len(found.content_digest) == 64
    assert found.details.name.source == "Paint"
    assert found.warnings == ()


def test_three_independent_faults_are_told_at_once(check):
    data = bundle(info(activity_version="01", icon="other", summary="100% fun"))

    assert {p.code for p in refused(check, data)} == {"bad-version", "missing-icon", "bare-percent"}


def test_faults_of_the_archive_and_of_its_files_are_told_together(check):
    entries = [
        Raw(honest_entries()[0].name, info(activity_version="v1", license=None)),
        Raw(f"{TOP}/a", mode=0o120777),
    ]

    problems = refused(check, raw_zip(entries))

    assert [p.code for p in problems] == [
        "special-file",
        "bad-version",
        "missing-icon",
        "no-license",
    ]
    assert problems[-1].severity is Severity.WARNING


def test_warnings_do_not_keep_a_release_out(check):
    found = check(bundle(info(license=None)))

    assert [w.code for w in found.warnings] == ["no-license"]


@pytest.mark.parametrize(
    "tag",
    ["v4", "4", "Paint-4", "upstream/4", "debian/4-0", "v4.1", "V4", "release_4", "paint-v4"],
)
def test_a_tag_that_says_another_version_is_a_warning(check, tag):
    found = check(bundle(), tag=tag)

    assert [w.code for w in found.warnings] == ["tag-differs"]
    assert tag in found.warnings[0].message


@pytest.mark.parametrize(
    "tag",
    ["v3", "3", "3.0", "Paint-3", "upstream/3", "debian/3-0", "first", "gtk4", "v04", "", None],
)
def test_a_tag_that_agrees_or_says_nothing_is_fine(check, tag):
    assert check(bundle(), tag=tag).warnings == ()


def test_one_mistake_made_a_thousand_times_stays_readable(check):
    entries = [*honest_entries(), *(Raw(f"{TOP}/{n}", mode=0o120777) for n in range(1_000))]

    problems = refused(check, raw_zip(entries))

    assert len(problems) == MOST_OF_A_KIND + 1
    assert problems[-1].message == "at least 90 more of the same kind (special-file)"


def test_the_same_problem_is_told_once(check):
    entries = [*honest_entries(), *[Raw(f"{TOP}/a", mode=0o120777)] * 2]

    problems = refused(check, raw_zip(entries))

    assert [p.code for p in problems] == ["special-file", "repeated-name"]


def test_what_is_no_bundle_is_refused(check):
    [problem] = refused(check, b"")

    assert problem.code == "not-a-zip"


def test_every_problem_names_its_cause_and_its_cure(check):
    data = bundle(info(activity_version="01", icon="other", summary="100% fun", license=None))

    for problem in refused(check, data):
        assert problem.message[0].islower()
        assert not problem.message.endswith(".")
        assert problem.remedy.endswith(".")
