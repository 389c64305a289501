"""The description of the API as OpenAPI 3.1, made of the types of the code.

https://spec.openapis.org/oas/v3.1.0
"""

from functools import cache
from http import HTTPStatus
from typing import Any, get_type_hints

import msgspec

import aslo
from aslo.web.addresses import (
    BuildIdSegment,
    BundleIdSegment,
    GuidSegment,
    OwnerSegment,
    RepositorySegment,
    VersionSegment,
)
from aslo.web.api.examples import example
from aslo.web.api.operations import PREFIX, Operation
from aslo.web.api.shapes import Error

Told = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_ABOUT = """Everything that the pages of this store show, for programs.

Anybody may read, pages of every origin too, without a key. Answers are JSON in UTF-8; times are in
UTC. Lists have a `next`, and a `Link` header that leads there. Reads have an `ETag`: who sends it
back as `If-None-Match` is told 304 as long as nothing has changed. Every error has the shape
`Error`. One address may ask so often in a minute; who asks more is told 429, and in `Retry-After`
how many seconds to wait.

What is added comes without notice: members of an answer, values of a text that lists its values,
operations, parameters. Whatever else changes is a new version with a path of its own. One that is
going away says so in the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
"""
_GROUPS = {
    "catalog": "What there is: activities, their releases, and who makes them.",
    "updates": "What to do about activities that are installed.",
    "following": "For stores and programs that keep a copy of this one.",
    "builds": "What became of releases on their way into the store.",
    "description": "What you read now.",
}
_MEANINGS = {
    400: "The question cannot be read.",
    404: "There is no such thing.",
    410: "It is gone.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    429: "Too many questions from one address.",
    500: "Our side broke.",
    503: "A part of the store is away.",
}
_SEGMENTS: dict[str, Told] = {
    "bundle_id": {
        "pattern": f"^{BundleIdSegment.regex}$",
        "maxLength": 128,
        "examples": ["org.sugarlabs.Moon"],
    },
    "version": {"pattern": f"^{VersionSegment.regex}$", "examples": ["12"]},
    "build_id": {"pattern": f"^{BuildIdSegment.regex}$", "examples": ["f00d"]},
    "guid": {
        "pattern": f"^{GuidSegment.regex}$",
        "examples": ["72d3162e-cc78-11e3-81ab-4c9367dc0958"],
    },
    "owner": {"pattern": f"^{OwnerSegment.regex}$", "examples": ["sugarlabs"]},
    "repository": {"pattern": f"^{RepositorySegment.regex}$", "examples": ["moon-activity"]},
    "string": {"minLength": 1, "pattern": "^[^/]+$", "examples": ["moon-maker"]},
}
_HEADERS: dict[str, Told] = {
    "ETag": {"description": "Names this state of the answer.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How it may be kept.", "schema": {"type": "string"}},
    "Link": {"description": 'The next page, as `rel="next"`.', "schema": {"type": "string"}},
    "Deprecation": {
        "description": "Since when it should not be used any more (RFC 9745).",
        "schema": {"type": "string", "pattern": "^@-?[0-9]+$"},
    },
    "Sunset": {"description": "When it goes (RFC 8594).", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the answer that you have.",
    "schema": {"type": "string"},
}


@cache
def describe(operations: tuple[Operation, ...], public_url: str) -> Told:
    """The API as OpenAPI."""
    schemas = _schemas(operations)
    paths: Told = {}
    for each in operations:
        paths.setdefault(each.template, {})[each.method.lower()] = _operation(each, schemas)
    paths["/openapi.json"] = {"get": _of_itself()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ASLO",
            "summary": "The activity store of Sugar, for programs.",
            "description": _ABOUT,
            "version": aslo.__version__,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": public_url + PREFIX}],
        "tags": [{"name": name, "description": told} for name, told in _GROUPS.items()],
        "security": [],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": _HEADERS,
            "parameters": {"If-None-Match": _IF_NONE_MATCH},
        },
    }


def _schemas(operations: tuple[Operation, ...]) -> Told:
    kinds = [Error, *(each.gives for each in operations)]
    kinds += [each.takes for each in operations if each.takes]
    return msgspec.json.schema_components(kinds, ref_template=_REFERENCE)[1]


def _operation(operation: Operation, schemas: Told) -> Told:
    first, _, more = operation.summary.partition(". ")
    told: Told = {
        "operationId": operation.name,
        "tags": [operation.about],
        "summary": first.rstrip("."),
        "parameters": [*_segments(operation), *_query(operation)],
        "responses": {"200": _answer(operation, schemas)},
    }
    if more:
        told["description"] = more
    if operation.deprecated:
        told["deprecated"] = True
    if operation.takes:
        told["requestBody"] = {"required": True, "content": _json(operation.takes, schemas)}
    else:
        told["parameters"].append({"$ref": "#/components/parameters/If-None-Match"})
        told["responses"]["304"] = _unchanged()
    for status in operation.errors:
        told["responses"][str(status)] = _error(status)
    return told


def _answer(operation: Operation, schemas: Told) -> Told:
    names = ["Cache-Control"] if operation.takes else ["Cache-Control", "ETag"]
    names += ["Link"] if operation.goes_on_by else []
    names += ["Deprecation", "Sunset"] if operation.deprecated else []
    return {
        "description": (operation.gives.__doc__ or "").partition("\n")[0],
        "headers": _headers(*names),
        "content": _json(operation.gives, schemas),
    }


def _unchanged() -> Told:
    return {"description": "It is as you know it.", "headers": _headers("Cache-Control", "ETag")}


def _error(status: int) -> Told:
    told: Told = {
        "description": _MEANINGS[status],
        "content": {"application/json": {"schema": _refer(Error)}},
    }
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        told["headers"] = _headers("Retry-After")
    return told


def _headers(*names: str) -> Told:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _json(kind: type, schemas: Told) -> Told:
    schema = _refer(kind)
    return {"application/json": {"schema": schema, "example": example(schema, schemas)}}


def _refer(kind: type) -> Told:
    return {"$ref": _REFERENCE.format(name=kind.__name__)}


def _segments(operation: Operation) -> list[Told]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **_SEGMENTS[kind]},
        }
        for kind, name in operation.segments
    ]


def _query(operation: Operation) -> list[Told]:
    if operation.asks is None:
        return []
    hints = get_type_hints(operation.asks, include_extras=True)
    fields = msgspec.structs.fields(operation.asks)
    return [_parameter(each, hints[each.name]) for each in fields]


def _parameter(field: msgspec.structs.FieldInfo, kind: Any) -> Told:
    schema = _without_null(msgspec.json.schema(kind))
    told: Told = {"name": field.encode_name, "in": "query", "required": field.required}
    if description := schema.pop("description", None):
        told["description"] = description
    if field.default is not None and not field.required:
        schema["default"] = field.default
    return {**told, "schema": schema}


def _without_null(schema: Told) -> Told:
    """What may be left out of an address; there is no null in one."""
    kinds = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    return {**kinds[0], **{k: v for k, v in schema.items() if k != "anyOf"}} if kinds else schema


def _of_itself() -> Told:
    return {
        "operationId": "get_description",
        "tags": ["description"],
        "summary": "This description",
        "parameters": [{"$ref": "#/components/parameters/If-None-Match"}],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1.",
                "headers": _headers("Cache-Control", "ETag"),
                "content": {
                    "application/json": {
                        "schema": {"type": "object", "required": ["openapi", "paths"]},
                    }
                },
            },
            "304": _unchanged(),
            "500": _error(500),
        },
    }
