"""Logs through structlog: lines for people, or JSON for machines, on standard error."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from aslo import log_context


def set_up(level: str, form: str) -> None:
    """Make the standard library's loggers write through structlog."""
    shared: list[Processor] = [
        _about,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(form),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def _about(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.update(log_context.about())
    return event


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
