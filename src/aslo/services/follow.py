"""Let the catalog follow the record."""

import logging

from aslo.domain.activity import Entry
from aslo.domain.errors import MalformedDocumentError
from aslo.ports import Catalog, Store

logger = logging.getLogger(__name__)

BATCH = 500


def follow(*, store: Store, catalog: Catalog) -> int:
    """Bring the catalog up to the store's last change and return its revision.

    An activity that changed several times is read once, as it is now. Whoever does not get the
    lock leaves the work to its holder.
    """
    with catalog.lock() as mine:
        if mine:
            _start_over_if_needed(store, catalog)
            while _step(store, catalog):
                pass
            if not catalog.caught_up():
                catalog.note_caught_up()
    return catalog.revision()


def _start_over_if_needed(store: Store, catalog: Catalog) -> None:
    """Let go of what never happened, after the record was restored from a backup: by our own
    command, which begins a new era, or by copying an older file into its place."""
    era = store.era()
    if era == catalog.era():
        if store.last_revision() >= catalog.revision():
            return
        # Others follow by era and revision too, and cannot see that these revisions are others.
        era = store.begin_era(era)
    if catalog.revision():
        logger.warning("the record tells another history than the catalog, which is made again")
    catalog.clear(era)


def _step(store: Store, catalog: Catalog) -> bool:
    changes = store.changes(catalog.revision(), BATCH)
    last = {change.bundle_id: change.revision for change in changes}
    # By their last revision, so that a stop in between leaves nothing behind it unread.
    for bundle_id, revision in sorted(last.items(), key=lambda item: item[1]):
        catalog.apply(revision, bundle_id, _entry(store, catalog, bundle_id))
    return len(changes) == BATCH


def _entry(store: Store, catalog: Catalog, bundle_id: str) -> Entry | None:
    try:
        activity = store.activity(bundle_id)
        if activity is None:
            return None
        return Entry(activity, tuple(store.releases(bundle_id)))
    except MalformedDocumentError as error:
        # One row must not keep all others from being listed; what was known of it stays.
        logger.error("%s stays as it was in the catalog: %s", bundle_id, error)  # noqa: TRY400
        return catalog.entry(bundle_id)
