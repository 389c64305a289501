from dataclasses import replace

import pytest

from aslo.domain.build import SourceKind
from aslo.domain.delivery import Asset
from aslo.domain.moved import STAYS, remark
from fakes.values import COMMIT, a_build, a_forge_release

BUNDLE = Asset(5, "Moon-1.xo", "https://api.example/5", 10, "uploaded", "sha256:aa")
OLD = replace(BUNDLE, digest=None)
FROM_TREE = a_build(commit=COMMIT, source=SourceKind.TREE)


def holding(*assets):
    return a_forge_release(assets=assets)


def built_from(asset):
    return a_build(commit=COMMIT, source=SourceKind.ASSET, release=holding(asset))


@pytest.mark.parametrize(
    ("build", "now"),
    [
        (FROM_TREE, holding()),
        (FROM_TREE, holding(replace(BUNDLE, name="Moon-1.xo.sha256"))),
        (built_from(BUNDLE), holding(BUNDLE)),
        (built_from(BUNDLE), holding(replace(BUNDLE, id=6, url="https://api.example/6"))),
        (built_from(BUNDLE), holding(BUNDLE, replace(BUNDLE, name="notes.txt"))),
        (built_from(OLD), holding(OLD)),
    ],
)
def test_what_is_as_it_was_needs_no_remark(build, now):
    assert remark(build, now, COMMIT) == ""


@pytest.mark.case("T18")
def test_a_moved_tag_is_told_with_both_commits():
    said = remark(FROM_TREE, holding(), "f" * 40)

    assert "tag v1 was moved from commit c0ffee000000" in said
    assert "to commit ffffffffffff." in said
    assert said.endswith(STAYS)


@pytest.mark.case("T18")
def test_a_deleted_tag_is_told():
    assert "tag v1 of commit c0ffee000000 was deleted" in remark(FROM_TREE, holding(), None)


@pytest.mark.case("T18")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BUNDLE, replace(BUNDLE, digest="sha256:bb")),
        (OLD, replace(OLD, id=6)),
        (OLD, replace(OLD, size_bytes=11)),
        (OLD, replace(BUNDLE, id=6)),
    ],
)
def test_a_replaced_bundle_is_told_by_name(before, after):
    said = remark(built_from(before), holding(after), COMMIT)

    assert said == (
        f"Moon-1.xo, which was published, was replaced by another file of that name. {STAYS}"
    )


@pytest.mark.case("T18")
def test_a_bundle_that_came_or_went_later_is_told():
    assert "taken off" in remark(built_from(BUNDLE), holding(), COMMIT)
    assert "Moon-1.xo was attached after" in remark(FROM_TREE, holding(BUNDLE), COMMIT)


@pytest.mark.case("T18")
def test_all_that_was_moved_is_told_at_once():
    said = remark(built_from(BUNDLE), holding(replace(BUNDLE, digest="sha256:bb")), "f" * 40)

    assert "was moved" in said
    assert "was replaced" in said
