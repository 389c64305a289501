"""One operation of the API: its address, its types, and how a view becomes an answer."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from aslo.domain.errors import BadQuestionError
from aslo.web.api.shapes import Shape
from aslo.web.headers import PUBLIC, dress
from aslo.web.kept import may_be_kept
from aslo.web.wiring import ports

PREFIX = "/api/v1"
NOT_KEPT = "no-cache"
_SEGMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

View = Callable[..., Shape]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked. `view` is called with the segments of the path, with `asked` (the query)
    where there is one, and with `body`; it gives a shape, or raises one of our errors."""

    path: str
    """As Flask writes it, below the prefix."""
    view: View
    gives: type[Shape]
    asks: type[msgspec.Struct] | None = None
    takes: type[msgspec.Struct] | None = None
    errors: tuple[int, ...] = (400, 404, 429, 503)
    from_catalog: bool = True
    """Whether the answer shows nothing but the catalog, and may be kept as long as that stays."""
    kept: str = PUBLIC
    """For how long caches may keep such an answer without asking (Cache-Control)."""

    @property
    def method(self) -> str:
        return "POST" if self.takes else "GET"

    @property
    def name(self) -> str:
        """What programs call it."""
        return self.view.__name__

    @property
    def summary(self) -> str:
        """The first line of the view's docstring."""
        return (self.view.__doc__ or "").strip().partition("\n")[0]

    @property
    def segments(self) -> list[tuple[str, str]]:
        """The kinds and names of what stands in the path."""
        found = _SEGMENT.finditer(self.path)
        return [(each["kind"] or "string", each["name"]) for each in found]


class Operations:
    """All operations, served below one prefix."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.all = tuple(operations)
        self.blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
        for each in self.all:
            self.blueprint.add_url_rule(
                each.path,
                each.name,
                partial(answer, each),
                methods=[each.method],
                strict_slashes=True,
            )
        self.blueprint.after_request(_open_to_all)


def answer(operation: Operation, **segments: Any) -> Response:
    """Answer a request for an operation."""
    if not operation.from_catalog or operation.takes:
        return _told(operation, segments, NOT_KEPT)
    # Before the answer is made: if the catalog moves meanwhile, the tag is old, not too new.
    catalog = ports().catalog.tag()
    tag = hashlib.sha256(f"{catalog} {request.full_path} {dress()}".encode()).hexdigest()[:24]
    known = request.if_none_match.as_set(include_weak=True)
    if any(each.partition(":")[0] == tag for each in known):
        response = Response(status=304)
    else:
        response = _told(operation, segments, operation.kept)
        may_be_kept(catalog, any_language=True)
    response.headers["Cache-Control"] = operation.kept
    response.set_etag(tag)
    return response


def _told(operation: Operation, segments: dict[str, Any], kept: str) -> Response:
    asked: dict[str, Any] = {}
    if operation.asks is not None:
        asked["asked"] = _query(operation.asks)
    if operation.takes is not None:
        asked["body"] = _body(operation.takes)
    body = msgspec.json.encode(operation.view(**segments, **asked))
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = kept
    return response


def _query(shape: type[msgspec.Struct]) -> msgspec.Struct:
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise BadQuestionError(f"the parameter {_shown(twice[0])} is there more than once")
    try:
        return msgspec.convert(request.args.to_dict(), shape, strict=False)
    except msgspec.ValidationError as error:
        raise BadQuestionError(f"the query cannot be read: {error}") from error


def _body(shape: type[msgspec.Struct]) -> msgspec.Struct:
    if request.mimetype != "application/json":
        raise BadQuestionError("the body must be JSON, and its Content-Type application/json")
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadQuestionError(f"the body cannot be read: {error}") from error


def _shown(name: str) -> str:
    return repr(name[:40])


def _open_to_all(response: Response) -> Response:
    """Let pages of every origin read: nothing here is for anybody in particular (fetch.spec.whatwg
    .org, "CORS protocol")."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
