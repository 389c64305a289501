"""What the record will say of a bundle, known before anything of it is written."""

from collections.abc import Iterator

from aslo.domain.activity import fold
from aslo.domain.errors import BundleIdTakenError, VersionTakenError
from aslo.domain.version import ActivityVersion
from aslo.ports import Store
from aslo.services.check import CheckedBundle

PAGE = 5_000


class Foresight:
    """The record as it will be when all bundles that were let in are written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, str] = {fold(known): known for known in _announced(store)}
        self._digests: dict[tuple[str, str], str] = {}

    def lets_in(self, checked: CheckedBundle) -> bool:
        """Whether this release is yet to be written, False if it is there with that content;
        BundleIdTakenError or VersionTakenError if it must not be."""
        self._refuse_look_alike(checked)
        key = checked.bundle_id, ActivityVersion.parse(checked.version).key
        known = self._digests.get(key)
        release = None if known else self._store.release(*key)
        known = release.content_digest if release else known
        if known is not None:
            if known != checked.content_digest:
                tag = release.tag if release else ""
                raise VersionTakenError(checked.bundle_id, checked.version, tag)
            return False
        self._refuse_owned(checked)
        self._digests[key] = checked.content_digest
        return True

    def _refuse_look_alike(self, checked: CheckedBundle) -> None:
        taken = self._ids.setdefault(fold(checked.bundle_id), checked.bundle_id)
        if taken != checked.bundle_id:
            activity = self._store.activity(taken)
            owner = activity.repository.full_name if activity else ""
            raise BundleIdTakenError(checked.bundle_id, taken, owner)

    def _refuse_owned(self, checked: CheckedBundle) -> None:
        activity = self._store.activity(checked.bundle_id)
        if activity is not None and not activity.repository.is_declared:
            owner = activity.repository.full_name
            raise BundleIdTakenError(checked.bundle_id, checked.bundle_id, owner)


def _announced(store: Store) -> Iterator[str]:
    revision = 0
    while changes := store.changes(revision, PAGE):
        yield from (change.bundle_id for change in changes)
        revision = changes[-1].revision
