"""wrk, for pages: how many answers a second, and how long they take."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

AFRESH = Path(__file__).with_name("afresh.lua")
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_ANSWERS = re.compile(r"^\s+(\d+) requests in", re.MULTILINE)
_SHARE = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s)$", re.MULTILINE)
_ERRORS = re.compile(r"(?:Non-2xx or 3xx responses: (\d+)|Socket errors: (.*))")
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """What wrk saw of one address."""

    rate: float
    p50_ms: float
    p99_ms: float
    answers: int


def ask(
    url: str,
    seconds: int,
    width: int,
    *,
    afresh: bool = False,
    script: Path | None = None,
    **headers: str,
) -> Load:
    """Ask for one address again and again over that many connections, or `afresh` for one that
    differs each time, or as a script of wrk says; RuntimeError if any answer was not good."""
    command = ["wrk", "-t", "1", "-c", str(width), "-d", f"{seconds}s", "--latency"]
    if script or afresh:
        command += ["-s", str(script or AFRESH)]
    for name, value in headers.items():
        command += ["-H", f"{name.replace('_', '-')}: {value}"]
    said = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    rate = _RATE.search(said)
    answers = _ANSWERS.search(said)
    if rate is None or answers is None or _ERRORS.search(said):
        raise RuntimeError(f"wrk says of {url}:\n{said}")
    shares = {
        share: float(time) * _MILLISECONDS[unit] for share, time, unit in _SHARE.findall(said)
    }
    # Where not one answer came in time, wrk tells of none.
    longest = seconds * 1000.0
    p50, p99 = (shares.get(share, longest) for share in ("50", "99"))
    return Load(float(rate[1]), p50, p99, int(answers[1]))
