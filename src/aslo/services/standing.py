"""How the record and the catalog stand, asked so that trouble with either is an answer too."""

import logging

from aslo.domain.errors import AsloError
from aslo.ports import Catalog, Clock, Figures, Standing, Store

logger = logging.getLogger(__name__)


def look(*, store: Store | None, catalog: Catalog | None, clock: Clock) -> Standing:
    """Ask what is given how it stands; what cannot answer is None, with its cause in the log."""
    figures = None if store is None else _figures(store)
    revision, filled = (None, False) if catalog is None else _reached(catalog)
    return Standing(clock(), figures, revision, filled)


def _figures(store: Store) -> Figures | None:
    try:
        return store.figures()
    except AsloError as error:
        logger.warning("the record cannot be asked: %s", error)
        return None


def _reached(catalog: Catalog) -> tuple[int | None, bool]:
    try:
        return catalog.revision(), bool(catalog.era())
    except AsloError as error:
        logger.warning("the catalog cannot be asked: %s", error)
        return None, False
