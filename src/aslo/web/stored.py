"""Files at rest as answers: true length, strong tag, safe to open, kept forever."""

import re
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from aslo.domain.activity import StoredFile
from aslo.web.headers import FILE_POLICY, FOREVER
from aslo.web.wiring import ports

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# RFC 9110 lets a server ignore a Range of other forms, as it must for any method but GET.
_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.ASCII)


def serve(file: StoredFile, media_type: str) -> Response:
    """The bytes as the request wants them: all, a range, or none because they are known."""
    content = ports().files.open(file.sha256)
    response = Response(wrap_file(request.environ, content), direct_passthrough=True)
    response.call_on_close(content.close)
    response.content_length = file.size_bytes
    response.set_etag(file.sha256)
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY
    try:
        response.make_conditional(_asked(file.size_bytes), "bytes", file.size_bytes)
    except RequestedRangeNotSatisfiable:
        content.close()
        raise
    return response


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
