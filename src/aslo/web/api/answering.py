"""How a request for an operation becomes an answer."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Response, after_this_request, request
from werkzeug.exceptions import Gone, TooManyRequests, UnsupportedMediaType

from aslo.domain.errors import BadQuestionError
from aslo.web.api.limits import Allowance, caller
from aslo.web.api.operations import NEVER_KEPT, PREFIX, Leaving, Operation
from aslo.web.api.shapes import Shape
from aslo.web.api.wording import worded
from aslo.web.characters import writable
from aslo.web.headers import known_as, page_tag
from aslo.web.kept import may_be_kept
from aslo.web.visit import visit
from aslo.web.wiring import absolute, ports

JSON = "application/json"
LARGEST_BODY = 256 * 1024
"""A thousand activities with long names; what asks for more is no machine of a child."""


class NothingAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of an operation that has none."""


class Answering:
    """Answers operations, to each caller only so many."""

    def __init__(self, operations: Sequence[Operation], allowance: Allowance) -> None:
        self._allowance = allowance
        self.blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
        for each in operations:
            # Without this an address and the same with a slash would be one answer kept twice.
            self.blueprint.add_url_rule(
                each.path,
                each.name,
                partial(self.answer, each),
                methods=[each.method],
                strict_slashes=True,
            )

    def answer(self, operation: Operation, **segments: Any) -> Response:
        """Answer a request for an operation."""
        if operation.deprecated is not None:
            _tell(operation.deprecated)
        if wait := self._allowance.wait(caller()):
            raise TooManyRequests(retry_after=wait)
        if operation.takes:
            response = _told(operation, segments)
            response.headers["Cache-Control"] = NEVER_KEPT
            return response
        made = _of_catalog if operation.from_catalog else _of_record
        response = made(operation, segments)
        response.headers["Cache-Control"] = operation.kept
        return response


def _tell(leaving: Leaving) -> None:
    """Let every answer say that the operation goes, errors too; Gone once it is."""

    @after_this_request
    def _say(response: Response) -> Response:
        response.headers.extend(leaving.headers)
        return response

    if ports().clock() >= leaving.until:
        raise Gone


def _of_catalog(operation: Operation, segments: dict[str, Any]) -> Response:
    # Before the answer is made: if the catalog moves meanwhile, the tag is old, not too new.
    catalog = ports().catalog.tag()
    tag = page_tag(catalog, lang="")
    if known := known_as(tag):
        return _the_same(known)
    response = _told(operation, segments)
    response.set_etag(tag)
    if operation.deprecated is None:  # What is kept would not notice that its time is over.
        may_be_kept(catalog, any_language=True)
    return response


def _of_record(operation: Operation, segments: dict[str, Any]) -> Response:
    response = _told(operation, segments)
    response.add_etag()
    known = known_as(response.get_etag()[0] or "")
    return _the_same(known) if known else response


def _the_same(tag: str) -> Response:
    response = Response(status=304)
    response.set_etag(tag)
    return response


def _told(operation: Operation, segments: dict[str, Any]) -> Response:
    asked: dict[str, Any] = {}
    query = _query(operation.asks or NothingAsked)
    if operation.asks is not None:
        asked["asked"] = query
    if operation.takes is not None:
        asked["body"] = _body(operation.takes)
    made = operation.view(**segments, **asked)
    response = Response(_encoded(made), mimetype=JSON)
    if operation.goes_on_by and (following := _following(made)):
        link = _here(**{operation.goes_on_by: following})
        response.headers["Link"] = f'<{link}>; rel="next"'
    return response


def _encoded(made: Shape) -> bytes:
    try:
        return msgspec.json.encode(made)
    except UnicodeEncodeError:
        # What came from elsewhere may hold half a character, which UTF-8 cannot write.
        return msgspec.json.encode(_written(msgspec.to_builtins(made)))


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {_written(key): _written(each) for key, each in value.items()}
    return [_written(each) for each in value] if isinstance(value, list) else writable(value)


def _following(made: Shape) -> str:
    is_more = getattr(made, "is_more", True)
    following = getattr(made, "next", None)
    return str(following) if is_more and following is not None else ""


def _here(**changes: str) -> str:
    """The address of this answer with something else asked."""
    asked = {**request.args.to_dict(), **changes}
    return absolute(f"{visit().root}{quote(request.path)}?{urlencode(asked)}")


def _query(shape: type[msgspec.Struct]) -> msgspec.Struct:
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise BadQuestionError(f"the parameter {twice[0][:40]!r} is there more than once")
    try:
        return msgspec.convert(request.args.to_dict(), shape, strict=False)
    except msgspec.ValidationError as error:
        raise BadQuestionError(f"the query cannot be read: {worded(str(error))}") from error


def _body(shape: type[msgspec.Struct]) -> msgspec.Struct:
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        return msgspec.json.decode(_raw_body(), type=shape)
    except UnicodeDecodeError as error:
        raise BadQuestionError("the body cannot be read: it is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise BadQuestionError(f"the body cannot be read: {worded(str(error))}") from error


def _raw_body() -> bytearray:
    """What is sent; a length over the limit is refused before a byte is read, and a body that
    tells none when it has gone over, where get_data() would cut it off."""
    request.max_content_length = LARGEST_BODY
    body = bytearray()
    while piece := request.stream.read(LARGEST_BODY):
        body += piece
    return body
