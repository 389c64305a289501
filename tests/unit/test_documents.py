"""Domain values and documents, there and back."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest

from aslo.adapters.documents import from_document, from_json, to_document, to_json
from aslo.domain.activity import Activity, Developer, Entry, Release, Screenshot
from aslo.domain.build import Build, BuildState, Lease, SourceKind, Step, StepName, StepState
from aslo.domain.delivery import Asset, Delivery
from aslo.domain.errors import StoreError
from aslo.domain.problem import Problem, Severity
from aslo.domain.report import Report
from fakes.clock import START
from fakes.values import (
    a_build,
    a_delivery,
    a_file,
    a_forge_release,
    a_release,
    a_report,
    an_activity,
)

FULL_BUILD = a_build(
    state=BuildState.RUNNING,
    lease=Lease("worker", START),
    source=SourceKind.ASSET,
    steps=(Step(StepName.BUILD, StepState.PASSED, START, START),),
    problems=(Problem("no-icon", "m", "r", "f", 3, Severity.WARNING),),
    release=a_forge_release(assets=(Asset(1, "a.xo", "https://x", 5, "uploaded", "sha256:00"),)),
)
FULL_RELEASE = a_release(
    icon=a_file("icon"), screenshots=(Screenshot(a_file("shot"), 4, 3, "pt_BR"),)
)
FULL_ACTIVITY = an_activity(developers=(Developer("ada", "https://x", 2, a_file("ada")),))
VALUES = [
    FULL_BUILD,
    a_delivery(),
    a_delivery(content=None),
    FULL_RELEASE,
    FULL_ACTIVITY,
    a_report(),
    Entry(FULL_ACTIVITY, (FULL_RELEASE,)),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_equal(value):
    assert from_document(type(value), to_document(value), "k") == value
    assert from_json(type(value), to_json(value), "k") == value


@pytest.mark.parametrize("kind", [Build, Delivery, Release, Activity, Report])
def test_keys_equal_attribute_names(kind):
    value = next(value for value in VALUES if type(value) is kind)
    assert list(to_document(value)) == [field.name for field in fields(kind)]


def test_a_document_holds_nothing_but_plain_values():
    def check(node):
        if isinstance(node, dict):
            assert all(type(key) is str for key in node)
            list(map(check, node.values()))
        elif type(node) is list:
            list(map(check, node))
        else:
            assert node is None or type(node) in (str, int, bool, float)

    for value in VALUES:
        check(to_document(value))


def test_a_moment_is_kept_in_utc():
    east = timezone(timedelta(hours=2))
    build = a_build(created_at=datetime(2026, 3, 1, 14, 0, 0, 5, tzinfo=east))
    assert to_document(build)["created_at"] == "2026-03-01T12:00:00.000005+00:00"
    back = from_document(Build, to_document(build), "k").created_at
    assert (back, back.tzinfo) == (build.created_at, UTC)


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        to_document(a_build(created_at=datetime(2026, 3, 1)))  # noqa: DTZ001  # the point of it


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"id": 3}, to_document(a_build()) | {"state": "asleep"},
     to_document(a_build()) | {"created_at": "yesterday"}, to_document(a_build()) | {"fence": "1"}],
)  # fmt: skip
def test_a_document_that_is_no_such_value_names_its_key(document):
    with pytest.raises(StoreError, match="stored build b1 cannot be read"):
        from_document(Build, document, "b1")


@pytest.mark.parametrize("text", ["", "{", "null", b"\xff", '{"id": 1}'])
def test_text_that_is_no_such_value_names_its_key(text):
    with pytest.raises(StoreError, match="stored build b1 cannot be read"):
        from_json(Build, text, "b1")


def test_a_key_that_is_not_known_is_passed_over():
    document = to_document(a_build()) | {"later": 1}
    assert from_document(Build, document, "k") == a_build()
