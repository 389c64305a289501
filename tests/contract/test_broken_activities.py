"""The check of a tree finds exactly what is wrong with it, at its file and line."""

import pytest

from aslo.adapters.packer import pack
from aslo.adapters.work_tree import survey
from aslo.bootstrap import checking
from aslo.domain.errors import AuthorError
from aslo.ports import Limits
from aslo.services.check import check_bundle
from aslo.services.precheck import refuse_hopeless
from fixtures.broken_activities import VARIANTS, sound_activity
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.sugar import bundle_by_sugar
from fixtures.trees import ODD_ACTIVITIES, make_repository


def test_nothing_is_wrong_with_the_sound_activity(tmp_path):
    tree = make_repository(tmp_path / "tree", sound_activity(), "v7")

    assert checking.examine_tree(tree, tmp_path).problems == ()


def is_taken_by_the_store(tree, into):
    """Whether a release of the tree would be listed."""
    into.mkdir()
    try:
        refuse_hopeless(tree)
        check_bundle(pack(survey(tree), into, Limits().disk_bytes, lambda _: None))
    except AuthorError:
        return False
    return True


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_exactly_what_is_broken_is_found_and_the_store_agrees(tmp_path, variant):
    tree = variant.make(tmp_path / "tree")
    (tmp_path / "scratch").mkdir()

    verdict = checking.examine_tree(tree, tmp_path / "scratch")

    assert {(each.code, each.file, each.line) for each in verdict.problems} == set(variant.found)
    assert (verdict.errors == 0) is is_taken_by_the_store(tree, tmp_path / "into")


@pytest.mark.parametrize("name", ODD_ACTIVITIES)
def test_an_odd_but_honest_activity_has_no_error(tmp_path, name):
    tree = make_repository(tmp_path / "tree", ODD_ACTIVITIES[name](), "v1")

    assert not checking.examine_tree(tree, tmp_path).errors


def test_there_are_many_ways_to_break_an_activity():
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS) >= 100


@pytest.mark.needs("debian")
@pytest.mark.parametrize("name", ACTIVITIES)
def test_no_error_is_found_in_the_tree_of_a_real_activity(tmp_path, name):
    verdict = checking.examine_tree(real_activity(name), tmp_path)

    assert verdict.errors == 0, verdict.problems
    assert verdict.notices == ()


@pytest.mark.needs("debian", "sugar")
@pytest.mark.parametrize("name", ACTIVITIES)
def test_no_error_is_found_in_the_bundle_of_a_real_activity(tmp_path, name):
    verdict = checking.examine_file(bundle_by_sugar(real_activity(name), tmp_path))

    assert verdict.errors == 0, verdict.problems
