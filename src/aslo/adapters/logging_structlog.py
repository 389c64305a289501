"""Logs through structlog: lines for people, or JSON for machines, on standard error."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

from aslo import log_context


def set_up(level: str, form: str) -> None:
    """Make the standard library's loggers write through structlog."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(_Formatter(_renderer(form)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # A line for each question that is asked of the forge would hide all others.
    logging.getLogger("httpx").setLevel(max(root.level, logging.WARNING))


class _Formatter(logging.Formatter):
    """Runs a record through structlog's processors.

    Structlog's own formatter copies each record first, which takes as long as all the rest.
    """

    def __init__(self, render: Processor) -> None:
        super().__init__()
        self._render = render
        self._stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)

    def format(self, record: logging.LogRecord) -> str:
        level = record.levelname.lower()
        event: EventDict = {
            "event": record.getMessage(),
            **log_context.about(),
            "level": level,
            "logger": record.name,
        }
        event = self._stamp(None, level, event)
        if record.exc_info:
            event["exc_info"] = record.exc_info
            event = structlog.processors.format_exc_info(None, level, event)
        return str(self._render(None, level, event))


class _Handler(logging.StreamHandler[TextIO]):
    """Formats before it takes its lock, so that threads wait for each other only to write."""

    def handle(self, record: logging.LogRecord) -> bool:
        try:
            line = self.format(record) + self.terminator
            self.acquire()
            try:
                self.stream.write(line)
                self.flush()
            finally:
                self.release()
        except Exception:  # noqa: BLE001 - a line that cannot be written must break nothing else
            self.handleError(record)
        return True


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
