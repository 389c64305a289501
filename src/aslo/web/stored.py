"""Files at rest as answers: true length, strong tag, safe to open, kept forever."""

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper, wrap_file

from aslo.domain.activity import StoredFile
from aslo.domain.errors import FilesError, NotFoundError
from aslo.web.headers import FILE_POLICY, FOREVER
from aslo.web.wiring import ports, settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# RFC 9110 lets a server ignore a Range of other forms, as it must for any method but GET.
_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.ASCII)


def hand_over(file: StoredFile, media_type: str) -> Response:
    """The same as `serve`, left to the web server in front where there is one that can."""
    if settings().accel and _is_plain(file.size_bytes):
        return _handed_over(file, media_type)
    return serve(file, media_type)


def serve(file: StoredFile, media_type: str) -> Response:
    """The bytes as the request wants them: all, a range, or none because they are known."""
    content = _opened(file)
    response = Response(_pieces(content), direct_passthrough=True)
    response.call_on_close(content.close)
    response.content_length = file.size_bytes
    _describe(response, file, media_type)
    try:
        response.make_conditional(_asked(file.size_bytes), "bytes", file.size_bytes)
    except RequestedRangeNotSatisfiable:
        content.close()
        raise
    return response


def sent(response: Response, size_bytes: int) -> range:
    """The bytes of a file that an answer brings, be it by the web server in front."""
    part = response.content_range
    if part.start is not None and part.stop is not None:
        return range(part.start, part.stop)
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if "X-Accel-Redirect" in response.headers and found and found[1]:
        last = int(found[2]) if found[2] else size_bytes
        return range(int(found[1]), min(last + 1, size_bytes))
    return range(size_bytes)


def _opened(file: StoredFile) -> BinaryIO:
    """The bytes at rest; FilesError if there are not as many as there were, for whoever was told a
    length would wait for the rest, and keep for ever what came."""
    content = ports().files.open(file.sha256)
    length = content.seek(0, os.SEEK_END)
    content.seek(0)
    if length != file.size_bytes:
        content.close()
        raise FilesError(f"file {file.sha256} has {length} bytes at rest, not {file.size_bytes}")
    return content


def _pieces(content: BinaryIO) -> Iterable[bytes]:
    if "Range" in request.headers:
        # A server's own wrapper cannot seek: all that stands before the range would be read.
        return FileWrapper(content)
    return wrap_file(request.environ, content)


def _is_plain(length: int) -> bool:
    """Whether the web server in front would answer as we do: it does not know our tags, and
    refuses a range in words of its own."""
    if {"If-Range", "If-None-Match"} & set(request.headers.keys()):
        return False
    asked = request.headers.get("Range")
    if asked is None or request.method != "GET":
        return asked is None
    found = _ONE_RANGE.fullmatch(asked)
    if found is None or not found[1]:
        return False
    return int(found[1]) < length and (not found[2] or int(found[1]) <= int(found[2]))


def _handed_over(file: StoredFile, media_type: str) -> Response:
    """The answer that lets the web server in front send the file (X-Accel-Redirect)."""
    if not ports().files.has(file.sha256):
        raise NotFoundError(f"no file {file.sha256}")
    response = Response()
    place = f"{settings().accel}/{file.sha256[:2]}/{file.sha256[2:]}"
    response.headers["X-Accel-Redirect"] = place
    _describe(response, file, media_type)
    return response


def _describe(response: Response, file: StoredFile, media_type: str) -> None:
    response.set_etag(file.sha256)
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY


def _asked(length: int) -> "WSGIEnvironment":
    """The request with one range that its method and form allow, or with none."""
    environ = dict(request.environ)
    asked = environ.pop("HTTP_RANGE", "")
    found = _ONE_RANGE.fullmatch(asked) if request.method == "GET" else None
    if found is None:
        return environ
    first, last, ending = found.groups()
    if ending and int(ending) > length:
        # More than there is means everything; Werkzeug would refuse it.
        environ["HTTP_RANGE"] = "bytes=0-"
    elif not last or int(first) <= int(last):
        environ["HTTP_RANGE"] = asked
    return environ
