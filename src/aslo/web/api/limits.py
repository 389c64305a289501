"""How often one address may ask: many for a school, few for a program that runs wild."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from cachetools import TTLCache
from flask import request

SECONDS = 60
MOST_CALLERS = 10_000
"""So many are remembered, the last that asked."""
_NEAR = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7"),
    )
)
"""Where our own web server calls from: this machine, or a network of our own."""
_A_HOME = 64
"""The bits of an IPv6 address that its owner was given; the others are of their own choice."""


@dataclass(slots=True)
class _Window:
    """What a caller has asked in the minute that began with their first question."""

    ends: float
    asked: int = 0


class Allowance:
    """Counts what each caller asks of this process."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: TTLCache[str, _Window] = TTLCache(MOST_CALLERS, SECONDS, clock)

    def wait(self, caller: str) -> int:
        """Count a question; the seconds until the caller may ask again if it is one too many, or
        0. A limit of 0 is none."""
        if not self._most:
            return 0
        with self._lock:
            window = self._windows.get(caller)
            if window is None:
                window = self._windows[caller] = _Window(self._clock() + SECONDS)
            window.asked += 1
            over = window.asked > self._most
            return max(1, ceil(window.ends - self._clock())) if over else 0


def caller() -> str:
    """Who asks now. The web server in front, which alone is believed, names them at the end of
    `X-Forwarded-For`; whoever calls from outside is known by their own address."""
    address = request.remote_addr or ""
    passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _named(passed_on if passed_on and _is_near(address) else address)


def _is_near(address: str) -> bool:
    """Whether this may be our own web server."""
    try:
        read = ip_address(address)
    except ValueError:
        return True  # A socket of this machine has no address.
    return any(read in network for network in _NEAR)


def _named(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return str(ip_network((int(read), _A_HOME), strict=False))
