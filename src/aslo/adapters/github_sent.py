"""The log of what GitHub delivered to a webhook, page by page, newest first.

https://docs.github.com/en/rest/orgs/webhooks#list-deliveries-for-an-organization-webhook; GitHub
keeps it for three days.
"""

import logging
import re
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

import msgspec

from aslo.adapters.github_answers import listed, shaped
from aslo.adapters.github_credentials import Realm
from aslo.adapters.github_http import GitHubHttp
from aslo.domain.hook import Sent

logger = logging.getLogger(__name__)

PAGE_SIZE = 100
MOST_PAGES = 200
_NEXT = re.compile(r"[?&]cursor=([^&>]+)[^>]*>;\s*rel=\"next\"")


class _Sent(msgspec.Struct):
    id: int
    guid: str
    event: str
    action: str | None
    status_code: int
    delivered_at: datetime
    repository_id: int | None = None


def read(http: GitHubHttp, realm: Realm, path: str, since: datetime | None) -> list[Sent]:
    """What was delivered since a moment, or the latest page; the log's newest come first."""
    found: list[Sent] = []
    ask = partial(http.ask_whole, "GET", path, realm=realm, per_page=PAGE_SIZE)
    cursor: str | None = None
    for _ in range(MOST_PAGES if since else 1):
        document, headers = ask() if cursor is None else ask(cursor=cursor)
        page = [_sent(each, path) for each in listed(document, path)]
        found += page
        further = _NEXT.search(headers.get("link", ""))
        if not further or not page or (since and page[-1].delivered_at < since):
            break
        cursor = unquote(further[1])
    else:
        if since:
            logger.warning("%s has over %d pages; the oldest are not looked at", path, MOST_PAGES)
    return [each for each in found if since is None or each.delivered_at >= since]


def _sent(document: Any, path: str) -> Sent:
    found = shaped(document, _Sent, path)
    return Sent(
        guid=found.guid,
        event=found.event,
        code=found.status_code,
        delivered_at=found.delivered_at,
        id=found.id,
        action=found.action or "",
        repository_id=found.repository_id or 0,
    )
