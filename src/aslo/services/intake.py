"""Take a delivery in: verify, judge, record; everything slow happens later."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from aslo.domain.activity import Repository
from aslo.domain.build import build_id
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
    content = read_release_event(document) if event == "release" else None
    comment = read_comment_event(document) if (event, action) == COMMENTED else None
    verdict, reason = judge_comment(comment) if comment else judge(event, action, content)
    ignored = verdict is Verdict.IGNORE
    return Delivery(
        guid=guid,
        event=event,
        action=action.encode(errors="replace").decode()[:64],
        received_at=clock(),
        verdict=verdict,
        reason=reason,
        state=DeliveryState.IGNORED if ignored else DeliveryState.ACCEPTED,
        body_sha256=hashlib.sha256(body).hexdigest(),
        build_id=None if ignored else _build_id(content),
        content=None if ignored else content,
        repository=_repository(document, verdict),
        comment_id=comment.comment_id if comment and verdict is Verdict.RETRY else None,
    )


def _repository(document: object, verdict: Verdict) -> Repository | None:
    """The repository to look at when the delivery is settled, or whose delivery is ignored."""
    if verdict in (Verdict.FOLLOW, Verdict.RETRY):
        return read_repository_event(document)
    return _about(document) if verdict is Verdict.IGNORE else None


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
