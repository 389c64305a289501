"""The check of a tree finds exactly what is wrong with it, at its file and line."""

import pytest

from aslo.bootstrap import checking
from fixtures.broken_activities import VARIANTS, sound_activity
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.sugar import bundle_by_sugar
from fixtures.trees import make_repository


def found(tree, scratch):
    scratch.mkdir()
    problems = checking.examine_tree(tree, scratch).problems
    return {(problem.code, problem.file, problem.line) for problem in problems}


def test_nothing_is_wrong_with_the_sound_activity(tmp_path):
    tree = make_repository(tmp_path / "tree", sound_activity(), "v7")

    assert found(tree, tmp_path / "scratch") == set()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_exactly_what_is_broken_is_found(tmp_path, variant):
    tree = variant.make(tmp_path / "tree")

    assert found(tree, tmp_path / "scratch") == set(variant.found)


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
