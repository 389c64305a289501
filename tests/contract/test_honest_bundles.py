"""Nothing honest is refused, whatever people do in an activity and whoever packs it."""

import pytest

from aslo.demo.samples import samples
from aslo.domain.errors import BadBundleError
from aslo.services.check import check_bundle
from fixtures.debian import ACTIVITIES
from fixtures.honest_trees import BY_SUGAR
from fixtures.packing import OTHERS, all_by_sugar
from fixtures.trees import make_repository

WANTED = 60
FULL = "every key there is"

pytestmark = pytest.mark.case("T24")


@pytest.fixture(scope="module")
def by_sugar(tmp_path_factory):
    """The bundles that Sugar's own builder makes of all these trees."""
    return all_by_sugar(BY_SUGAR, tmp_path_factory.mktemp("honest"))


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    more = {name: BY_SUGAR[name] for name in ("one language", "files with nothing in them")}
    files = {path: data for each in (BY_SUGAR[FULL], *more.values()) for path, data in each.items()}
    return make_repository(tmp_path_factory.mktemp("packed") / "tree", files | BY_SUGAR[FULL])


@pytest.mark.needs("sugar")
@pytest.mark.parametrize("name", BY_SUGAR)
def test_what_sugar_builds_of_an_honest_tree_is_taken(by_sugar, name):
    assert faults(by_sugar[name]) == []


@pytest.mark.needs("zip")
@pytest.mark.parametrize("packer", OTHERS)
def test_what_others_pack_is_taken(tree, tmp_path, packer):
    into = tmp_path / "Paint-3.xo"
    OTHERS[packer](tree, into)

    assert faults(into) == []


def test_at_least_sixty_honest_bundles_are_tried():
    sound = [each.releases for each in samples() if each.repository != "rocket-count"]

    assert len(ACTIVITIES) + sum(map(len, sound)) + len(BY_SUGAR) + len(OTHERS) >= WANTED
    assert len(BY_SUGAR) >= 40


def faults(bundle):
    """Why it is refused."""
    try:
        check_bundle(bundle)
    except BadBundleError as error:
        return [str(problem) for problem in error.problems]
    return []
