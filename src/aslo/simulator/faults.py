"""Faults on order: the next calls of a route go wrong in a way a test has chosen."""

import re
import threading
import time
from dataclasses import dataclass, field

from flask import Response, request


@dataclass(slots=True)
class Fault:
    """The next `times` calls whose `METHOD /path` matches `route` (a pattern) get this answer;
    with no status the call is only delayed."""

    route: str
    times: int = 1
    status: int | None = 502
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"message": "a fault on order"}'
    delay_seconds: float = 0.0


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def order(self, fault: Fault) -> None:
        """Let it happen from now on."""
        with self._lock:
            self._waiting.append(fault)

    def cancel(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._waiting.clear()

    def strike(self) -> Response | None:
        """The wrong answer to the present request, if one is due."""
        fault = self._take(f"{request.method} {request.path}")
        if fault is None:
            return None
        time.sleep(fault.delay_seconds)
        if fault.status is None:
            return None
        return Response(fault.body, fault.status, fault.headers, content_type="application/json")

    def _take(self, call: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.times > 0 and re.fullmatch(fault.route, call):
                    fault.times -= 1
                    return fault
        return None
