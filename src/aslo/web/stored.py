"""Files at rest as answers: true length, strong tag, safe to open, kept forever."""

import re

from flask import Response, request
from werkzeug.wsgi import wrap_file

from aslo.domain.activity import StoredFile
from aslo.web.headers import FILE_POLICY, FOREVER
from aslo.web.wiring import ports

# RFC 9110 lets a server ignore a Range of other forms, as it must for any method but GET.
_ONE_RANGE = re.compile(r"bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})", re.ASCII)


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
    response.make_conditional(
        request, accept_ranges=True, complete_length=file.size_bytes if _wants_range() else None
    )
    return response


def _wants_range() -> bool:
    asked = request.headers.get("Range", "")
    return request.method == "GET" and _ONE_RANGE.fullmatch(asked) is not None
