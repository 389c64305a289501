import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from aslo.domain.bundle_id import bundle_id_fault
from aslo.web.addresses import BundleIdSegment

ROUTES = Map([Rule("/<bundle_id:it>", endpoint="page")], converters={"bundle_id": BundleIdSegment})


def has_route(bundle_id):
    try:
        return ROUTES.bind("x").match(f"/{bundle_id}") == ("page", {"it": bundle_id})
    except NotFound:
        return False


@pytest.mark.case("D31", "T27")
@given(st.from_regex(r"[A-Za-z0-9_.-]{1,140}", fullmatch=True))
def test_a_bundle_id_has_a_page_if_and_only_if_it_may_be_published(bundle_id):
    assert has_route(bundle_id) == (bundle_id_fault(bundle_id) is None)


@pytest.mark.parametrize("bundle_id", ["a." + "b" * 120, ".".join("a" * 30), "org.sugarlabs.Moon"])
def test_long_bundle_ids_have_a_page(bundle_id):
    assert bundle_id_fault(bundle_id) is None
    assert has_route(bundle_id)
