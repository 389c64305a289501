"""Take a delivery in: verify, judge, record; everything slow happens later."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import msgspec

from aslo.domain.activity import Repository
from aslo.domain.build import build_id
from aslo.domain.commit_check import check_id
from aslo.domain.delivery import (
    COMMENTED,
    Delivery,
    DeliveryState,
    ReleaseEvent,
    Verdict,
    judge,
    judge_comment,
)
from aslo.domain.errors import BadDeliveryError
from aslo.domain.head_payload import READERS, judge_head
from aslo.domain.payload import (
    read_comment_event,
    read_release_event,
    read_repository_event,
    read_repository_state,
)
from aslo.domain.signature import verify
from aslo.ports import Clock, Store

_GUID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
_EVENT = re.compile(r"[a-z_]{1,64}")


def receive(
    body: bytes | bytearray,
    headers: Mapping[str, str],
    *,
    secrets: Sequence[bytes],
    store: Store,
    clock: Clock,
    then: Callable[[Delivery], None],
) -> Delivery:
    """Record a signed delivery durably and return it, with what will be done about it.

    `then` is handed a delivery that asks for something; it may keep it for later.
    Raises BadSignatureError, BadDeliveryError, and StoreError when nothing could be recorded.
    """
    named = {name.lower(): value for name, value in headers.items()}
    verify(body, named, secrets)
    delivery = store.add_delivery(_read(body, named, clock))
    if delivery.state is not DeliveryState.IGNORED:
        then(delivery)
    return delivery


def _read(body: bytes | bytearray, headers: Mapping[str, str], clock: Clock) -> Delivery:
    guid = _header(headers, "x-github-delivery", _GUID)
    event = _header(headers, "x-github-event", _EVENT)
    document = _document(body)
    action = document.get("action")
    action = action if isinstance(action, str) else ""
    delivery = Delivery(
        guid=guid,
        event=event,
        action=action.encode(errors="replace").decode()[:64],
        received_at=clock(),
        verdict=Verdict.IGNORE,
        reason="",
        state=DeliveryState.IGNORED,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )
    judged = _judged_head if event in READERS else _judged
    return judged(delivery, action, document)


def _judged(delivery: Delivery, action: str, document: Mapping[str, object]) -> Delivery:
    """A delivery about a release, a repository, a comment or the App, with what will be done."""
    event = delivery.event
    content = read_release_event(document) if event == "release" else None
    comment = read_comment_event(document) if (event, action) == COMMENTED else None
    verdict, reason = judge_comment(comment) if comment else judge(event, action, content)
    if verdict is Verdict.IGNORE:
        return replace(delivery, reason=reason, repository=_about(document))
    return replace(
        delivery,
        verdict=verdict,
        reason=reason,
        state=DeliveryState.ACCEPTED,
        build_id=_build_id(content),
        content=content,
        repository=_repository(document, verdict),
        comment_id=comment.comment_id if comment else None,
    )


def _repository(document: object, verdict: Verdict) -> Repository | None:
    """The repository to look at when the delivery is settled."""
    asked = verdict in (Verdict.FOLLOW, Verdict.RETRY)
    return read_repository_event(document) if asked else None


def _judged_head(delivery: Delivery, action: str, document: Mapping[str, object]) -> Delivery:
    """A delivery about a commit, with what will be done about it."""
    found, reason = judge_head(delivery.event, action, document)
    if found is None:
        return replace(delivery, reason=reason, repository=_about(document))
    return replace(
        delivery,
        verdict=Verdict.CHECK,
        reason=reason,
        state=DeliveryState.ACCEPTED,
        build_id=check_id(found.repository, found.commit),
        repository=found.repository,
        head=found.head,
    )


def _about(document: object) -> Repository | None:
    """Whose delivery is ignored, so that its developer can be told why; not of a private one."""
    try:
        state = read_repository_state(document)
    except BadDeliveryError:
        return None  # It is not for us: what else is odd about it does not matter.
    return None if state.private else state.repository


def _build_id(content: ReleaseEvent | None) -> str | None:
    return None if content is None else build_id(content.repository, content.release)


def _header(headers: Mapping[str, str], name: str, grammar: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not grammar.fullmatch(value):
        raise BadDeliveryError(f"the {name} header is missing or odd, got {value[:80]!r}")
    return value


def _document(body: bytes | bytearray) -> dict[str, object]:
    try:
        document = _parsed(body)
    except (ValueError, RecursionError) as error:
        raise BadDeliveryError("the body is not JSON") from error
    if not isinstance(document, dict):
        raise BadDeliveryError(f"the body is not a JSON object but {type(document).__name__}")
    return document


def _parsed(body: bytes | bytearray) -> object:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError):
        # Much slower; but it also reads what GitHub may send all the same: half a surrogate pair.
        return json.loads(body)
