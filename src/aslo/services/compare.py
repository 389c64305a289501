"""Compare a published release with what the forge shows later, and note what was moved."""

import logging
from dataclasses import replace

from aslo.domain import moved
from aslo.domain.activity import Repository
from aslo.domain.build import Build
from aslo.domain.delivery import ForgeRelease
from aslo.domain.errors import AuthorError, TagNotFoundError
from aslo.ports import Forge, Store

logger = logging.getLogger(__name__)


def compare(build: Build, now: ForgeRelease, *, store: Store, forge: Forge) -> bool:
    """Note on a published build what the forge no longer shows as it was built; False if it
    cannot be noted yet. What is published stays."""
    # By its number: the name of then may be somebody else's now.
    place = forge.repository(build.repository)
    if place is None:
        return True  # What is hidden from us tells nothing.
    remark = moved.remark(build, now, _commit(build, place.repository, forge))
    if remark == build.remark:
        return True
    if not build.told:
        return False  # Whoever tells of its end would write over it.
    if remark:
        logger.warning("build %s: %s", build.id, remark)
    return store.replace_build(build, replace(build, remark=remark))


def _commit(build: Build, place: Repository, forge: Forge) -> str | None:
    """The commit at the tag of a build now."""
    try:
        return forge.resolve_tag(place, build.release.tag)
    except TagNotFoundError:
        return None
    except AuthorError:
        return moved.NO_COMMIT
