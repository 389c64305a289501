"""Reading what GitHub writes about a release."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from aslo.domain.errors import BadDeliveryError
from aslo.domain.payload import read_release, read_release_event

ASSET = {
    "id": 5,
    "name": "Clock-3.xo",
    "url": "https://api.github.com/repos/sugarlabs-demo/clock/releases/assets/5",
    "size": 1234,
    "state": "uploaded",
    "digest": "sha256:" + "0" * 64,
    "label": None,
}
RELEASE = {
    "id": 4,
    "tag_name": "v3",
    "name": "Three",
    "body": "New hands",
    "html_url": "https://github.com/sugarlabs-demo/clock/releases/tag/v3",
    "prerelease": False,
    "draft": False,
    "published_at": "2024-05-01T12:00:00+02:00",
    "assets": [ASSET],
}
EVENT = {
    "action": "published",
    "repository": {
        "id": 1,
        "owner": {"id": 2, "login": "sugarlabs-demo"},
        "full_name": "sugarlabs-demo/clock",
        "html_url": "https://github.com/sugarlabs-demo/clock",
        "clone_url": "https://github.com/sugarlabs-demo/clock.git",
        "private": False,
    },
    "release": RELEASE,
}


def altered(path: str, value: Any) -> dict[str, Any]:
    document: Any = copy.deepcopy(EVENT)
    *parents, last = path.split(".")
    place = document
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return document


def test_a_release_event_is_read():
    event = read_release_event(EVENT)

    assert event.action == "published"
    assert (event.repository.id, event.repository.owner_id) == (1, 2)
    assert event.release.tag == "v3"
    assert event.release.published_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert event.release.assets[0].size_bytes == 1234
    assert event.private is False


@pytest.mark.case("D15", "D39")
def test_a_release_without_name_notes_date_and_digest_is_read():
    bare = {key: value for key, value in ASSET.items() if key != "digest"}
    release = read_release(
        {**RELEASE, "name": None, "body": None, "published_at": None, "assets": [bare]}
    )

    assert (release.name, release.notes, release.published_at) == ("", "", None)
    assert release.assets[0].digest is None


def test_half_a_surrogate_pair_does_not_reach_the_record():
    event = read_release_event(altered("release.name", "half \ud83d"))

    assert event.release.name == "half ?"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("repository.id", "1"),
        ("repository.id", True),
        ("repository.id", 2**63),
        ("repository.owner", None),
        ("repository.full_name", "../clock"),
        ("repository.full_name", "clock/.."),
        ("repository.full_name", "a/b/c"),
        ("repository.full_name", "a/b\n"),
        ("repository.clone_url", "ext::sh -c id"),
        ("repository.clone_url", "file:///etc"),
        ("repository.html_url", "javascript:alert(1)"),
        ("repository.private", "no"),
        ("release", []),
        ("release.id", 0),
        ("release.tag_name", ""),
        ("release.tag_name", "v1\n"),
        ("release.tag_name", "v 1"),
        ("release.tag_name", "\ud800"),
        ("release.body", 5),
        ("release.draft", None),
        ("release.published_at", "yesterday"),
        ("release.published_at", "2024-05-01T12:00:00"),
        ("release.assets", None),
    ],
)
def test_an_odd_field_is_named(path, value):
    with pytest.raises(BadDeliveryError, match=rf"\$\.{path}`"):
        read_release_event(altered(path, value))


@pytest.mark.parametrize("document", [None, [], "release", {}, {"action": "published"}])
def test_something_else_is_refused(document):
    with pytest.raises(BadDeliveryError, match="cannot be read"):
        read_release_event(document)


def test_a_release_that_is_odd_is_a_value_error():
    with pytest.raises(ValueError, match="tag_name"):
        read_release({**RELEASE, "tag_name": None})
