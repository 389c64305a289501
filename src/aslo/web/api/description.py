"""The description of the API: OpenAPI 3.1 for programs, and a page that people can read.

https://spec.openapis.org/oas/v3.1.0; made of the types of the code, so that it cannot be wrong.
"""

import re
from functools import cache
from typing import Any, get_type_hints

import msgspec
from flask import Blueprint, Response, jsonify, render_template

import aslo
from aslo.web.addresses import page
from aslo.web.api.operations import PREFIX, Operation, Operations
from aslo.web.api.shapes import Error
from aslo.web.headers import public
from aslo.web.wiring import settings

_REFERENCE = "#/components/schemas/{name}"
_MEANINGS = {
    400: "The question cannot be read.",
    404: "There is no such thing.",
    429: "Too many questions at once; `Retry-After` says how long to wait.",
    503: "A part of the store is away; `Retry-After` says when to ask again.",
}
_SEGMENTS: dict[str, dict[str, Any]] = {
    "bundle_id": {"type": "string", "examples": ["org.laptop.Pippy"]},
    "version": {"type": "string", "examples": ["75"]},
    "build_id": {"type": "string"},
    "guid": {"type": "string"},
    "string": {"type": "string"},
}


def blueprint(served: Operations) -> Blueprint:
    """The pages that describe these operations."""
    made = Blueprint("api_description", __name__)

    @made.get(f"{PREFIX}/openapi.json")
    def openapi() -> Response:
        response = jsonify(describe(served.all, settings().public_url))
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    @page(made, "/api")
    @public
    def readable() -> str:
        return render_template("api.html", operations=served.all, prefix=PREFIX)

    return made


@cache
def describe(operations: tuple[Operation, ...], public_url: str) -> dict[str, Any]:
    """The API as OpenAPI."""
    kinds = [Error, *(each.gives for each in operations)]
    kinds += [each.takes for each in operations if each.takes]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    paths: dict[str, Any] = {}
    for each in operations:
        paths.setdefault(_path(each), {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ASLO",
            "version": aslo.__version__,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": public_url + PREFIX}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _path(operation: Operation) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", operation.path)


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_segments(operation), *_query(operation)],
        "responses": {
            "200": _content(operation.summary, operation.gives),
            **{str(code): _content(_MEANINGS[code], Error) for code in operation.errors},
        },
    }
    if operation.takes:
        told["requestBody"] = {"required": True, **_content("", operation.takes)}
        told["requestBody"].pop("description")
    return told


def _content(description: str, kind: type) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(name=kind.__name__)}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


def _segments(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _SEGMENTS[kind]}
        for kind, name in operation.segments
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.asks is None:
        return []
    hints = get_type_hints(operation.asks, include_extras=True)
    fields = msgspec.structs.fields(operation.asks)
    return [_parameter(each, hints[each.name]) for each in fields]


def _parameter(field: msgspec.structs.FieldInfo, kind: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(kind)
    if not field.required and field.default is not None:
        schema["default"] = field.default
    told: dict[str, Any] = {"name": field.encode_name, "in": "query", "schema": schema}
    if field.required:
        told["required"] = True
    if description := schema.pop("description", None):
        told["description"] = description
    return told
