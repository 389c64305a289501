"""Pages of every origin may use the API: nothing in it is for anybody in particular.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from flask import Flask, Response, request

from aslo.web.api.operations import PREFIX

_ALWAYS = {
    # Should a browser open it all the same, it is data and acts in no way.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Deprecation, ETag, Link, Retry-After, Sunset, X-Request-ID",
}
_ASKED_BEFORE = {
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def set_up(app: Flask) -> None:
    """Say so with every answer, errors and addresses that are not there among them."""
    app.after_request(_open)


def _open(response: Response) -> Response:
    if not f"{request.path}/".startswith(f"{PREFIX}/"):
        return response
    response.headers.update(_ALWAYS)
    if request.method == "OPTIONS":
        response.headers.update(_ASKED_BEFORE)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    return response
