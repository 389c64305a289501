"""Turns an answer of GitHub that is not the hoped-for one into one of our errors.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from aslo.adapters.github_pace import LONGEST_WAIT, number
from aslo.domain.errors import ForgeError, ForgeLimitError, NotFoundError

# GitHub asks for at least a minute after a secondary limit that names no time.
SECONDARY_LIMIT = timedelta(minutes=1)
GONE = (404, 410, 451)
# What GitHub says with 422 for a commit that is gone, with 409 where nothing was pushed yet.
GONE_WORDS = ("No commit found", "Git Repository is empty")


class ForgeDeniedError(ForgeError):
    """The forge knows the answer, and does not give it to us."""

    code = "forge-denied"


def refusal(
    response: httpx.Response, body: bytes, asked: str, now: datetime, *, ours: bool
) -> ForgeError | NotFoundError:
    """The error that an answer means: NotFoundError if the thing is gone, ForgeLimitError if the
    API, whose answer is `ours`, wants a pause, else ForgeError."""
    said = _message(body)
    if response.status_code in GONE or said.startswith(GONE_WORDS):
        return NotFoundError(f"GitHub has nothing for {asked}")
    told = f"GitHub answered {response.status_code} to {asked}" + (f": {said}" if said else "")
    pause = _retry_after(response, said, now)
    if pause is None and response.status_code == HTTPStatus.FORBIDDEN:
        return ForgeDeniedError(told)
    if pause is None or not ours:
        return ForgeError(told, retry_after=pause)
    return ForgeLimitError(told, retry_after=pause)


def _message(body: bytes) -> str:
    """GitHub's own short explanation, in one printable line."""
    try:
        found = json.loads(body)["message"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    line = found if isinstance(found, str) else ""
    return "".join(c if c.isprintable() else " " for c in line)[:200]


def _retry_after(response: httpx.Response, said: str, now: datetime) -> timedelta | None:
    if response.status_code not in (403, 429) and response.status_code < 500:
        return None
    wait = _asked_wait(response.headers, now)
    if wait is None and (response.status_code == 429 or "rate limit" in said.lower()):
        wait = SECONDARY_LIMIT
    return wait and max(timedelta(0), min(wait, LONGEST_WAIT))


def _asked_wait(headers: httpx.Headers, now: datetime) -> timedelta | None:
    """The wait that the headers ask for; `Retry-After` counts before the hourly limit."""
    if after := headers.get("retry-after"):
        return _seconds_or_date(after, now)
    if headers.get("x-ratelimit-remaining") != "0":
        return None
    reset = number(headers.get("x-ratelimit-reset", ""))
    return (
        None if reset is None else timedelta(seconds=reset) - (now - datetime.fromtimestamp(0, UTC))
    )


def _seconds_or_date(text: str, now: datetime) -> timedelta | None:
    """`Retry-After` in either of the forms of RFC 9110, section 10.2.3."""
    seconds = number(text)
    if seconds is not None:
        return timedelta(seconds=seconds)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
