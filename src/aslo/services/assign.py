"""Say whose an imported activity is."""

from dataclasses import replace

from aslo.domain.activity import Repository
from aslo.domain.declared import declared_repository
from aslo.domain.errors import ActivityOwnedError, NotFoundError, StoreError
from aslo.ports import Store

TRIES = 50


def assign(bundle_id: str, full_name: str, *, store: Store) -> Repository:
    """Let only the repository of that name take the activity over, and return the one it had.

    NotFoundError if there is no such activity, ActivityOwnedError if a repository of the forge
    has it, ValueError if the name cannot be one.
    """
    if not full_name:
        raise ValueError("a repository is named OWNER/NAME, got nothing")
    wanted = declared_repository(full_name)
    for _ in range(TRIES):
        activity = store.activity(bundle_id)
        if activity is None:
            raise NotFoundError(f"there is no activity {bundle_id}")
        if not activity.repository.is_declared:
            raise ActivityOwnedError(f"{bundle_id} belongs to {activity.repository.full_name}")
        if store.save_activity(replace(activity, repository=wanted)):
            # The page names the repository.
            store.announce(bundle_id)
            return activity.repository
    raise StoreError(f"activity {bundle_id} changed {TRIES} times under our hands")
