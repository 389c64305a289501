"""Examples from this store's own shelf, so that each command on the page answers as it stands."""

from collections.abc import Mapping
from typing import Any

from aslo.domain.activity import Release
from aslo.domain.errors import NotFoundError, OutageError
from aslo.ports import Query
from aslo.web.detail import Shown, shown
from aslo.web.wiring import ports

Values = Mapping[str, str]


def of_this_store() -> Values:
    """What parameters can be here, by their names; without those that this store has none of."""
    cards = ports().catalog.find(Query(page_size=1), ("en",)).cards
    try:
        activity = shown(cards[0].bundle_id) if cards else None
    except NotFoundError:  # It went just now.
        activity = None
    return {} if activity is None else _of(activity)


def with_own(example: Any, own: Values) -> Any:
    """An example of a body, with what is named there as it is here."""
    if isinstance(example, dict):
        return {
            name: own.get("bundle_id" if name == "id" else name) or with_own(each, own)
            for name, each in example.items()
        }
    return [with_own(each, own) for each in example] if isinstance(example, list) else example


def _of(activity: Shown) -> Values:
    release = activity.latest
    people = ports().catalog.developers("", 1)
    return {
        "bundle_id": release.bundle_id,
        "version": release.version,
        "have": f"{release.bundle_id}:{release.version}",
        **({"login": people[0].developer.login} if people else {}),
        **_of_repository(activity.activity.repository.full_name),
        **_of_build(release),
    }


def _of_repository(full_name: str) -> Values:
    owner, _, repository = full_name.partition("/")
    return {"owner": owner, "repository": repository} if repository else {}


def _of_build(release: Release) -> Values:
    if release.is_imported:
        return {}
    try:
        build = ports().store.build(release.build_id)
    except OutageError:  # An example is not worth more.
        build = None
    return {} if build is None else {"build_id": build.id, "guid": build.delivery_guid}
