"""What Gunicorn says, in the form of all other lines."""

import os
from typing import Any

from gunicorn.glogging import Logger

from aslo import bootstrap
from aslo.config import Config


class Lines(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Hands Gunicorn's lines to the log that ASLO_LOG_FORMAT and ASLO_LOG_LEVEL describe."""

    def setup(self, cfg: Any) -> None:
        """Set the log up in Gunicorn's first process, which loads no application."""
        super().setup(cfg)
        bootstrap.set_up_logging(Config.from_environ(os.environ))
        self.error_log.handlers.clear()
        self.error_log.propagate = True
