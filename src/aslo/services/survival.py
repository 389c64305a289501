"""Keep a loop going over what goes wrong in one of its steps."""

import logging
from collections.abc import Callable

from aslo.domain.errors import OutageError

logger = logging.getLogger(__name__)


def survive(step: Callable[[], bool]) -> bool:
    """Run a step of a loop that must go on, and return what it returned; what goes wrong is
    logged and counts as nothing done."""
    try:
        return step()
    except OutageError as error:
        logger.warning("%s", error)
    except Exception:
        logger.exception("a step of the worker broke")
    return False
