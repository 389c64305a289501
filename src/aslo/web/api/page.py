"""What describes the API: a document for programs, and a page that people can read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from shlex import quote
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, render_template

from aslo.web.addresses import page
from aslo.web.api.answering import JSON
from aslo.web.api.description import Told, describe
from aslo.web.api.examples import example
from aslo.web.api.operations import PREFIX, Operation
from aslo.web.api.own_examples import Values, of_this_store, with_own
from aslo.web.headers import known_as, public
from aslo.web.wiring import settings

KEPT = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a shape."""

    name: str
    kind: str
    meaning: str
    required: bool
    shape: str = ""
    """The shape that it is made of, if it is one of ours."""


@dataclass(frozen=True, slots=True)
class Described:
    """An operation as the page shows it."""

    operation: Operation
    parameters: tuple[Field, ...]
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]
    curl: str


def blueprint(operations: tuple[Operation, ...]) -> Blueprint:
    """Serve what describes these operations."""
    made = Blueprint("api_description", __name__)

    @made.get(f"{PREFIX}/openapi.json")
    def openapi() -> Response:
        response = Response(_document(operations, settings().public_url), mimetype=JSON)
        response.headers["Cache-Control"] = KEPT
        response.add_etag()
        if known := known_as(response.get_etag()[0] or ""):
            response = Response(status=304, headers={"Cache-Control": KEPT})
            response.set_etag(known)
        return response

    @page(made, "/api")
    @public
    def readable() -> str:
        told = describe(operations, settings().public_url)
        shapes = told["components"]["schemas"]
        return render_template(
            "api.html",
            document=f"{PREFIX}/openapi.json",
            base=told["servers"][0]["url"],
            groups=_groups(operations, told, of_this_store()),
            shapes={name: fields(each) for name, each in sorted(shapes.items())},
        )

    return made


@cache
def _document(operations: tuple[Operation, ...], public_url: str) -> bytes:
    return msgspec.json.encode(describe(operations, public_url))


def _groups(
    operations: tuple[Operation, ...], told: Told, own: Values
) -> list[tuple[Told, list[Described]]]:
    by_name = {each["name"]: each for each in told["tags"]}
    return [
        (by_name[name], [_described(each, told, own) for each in some])
        for name, some in groupby(operations, lambda each: each.about)
    ]


def _described(operation: Operation, told: Told, own: Values) -> Described:
    api = told["paths"][operation.template][operation.method.lower()]
    shapes = told["components"]["schemas"]
    named = [each for each in api["parameters"] if "$ref" not in each]
    return Described(
        operation,
        tuple(_parameter(each) for each in named),
        fields(shapes[operation.takes.__name__]) if operation.takes else (),
        fields(shapes[operation.gives.__name__]),
        _curl(operation, told["servers"][0]["url"], named, api.get("requestBody"), own),
    )


def fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The members of a shape."""
    required = schema.get("required", ())
    return tuple(
        Field(name, _kind(each), each.get("description", ""), name in required, _shape(each))
        for name, each in schema["properties"].items()
    )


def _parameter(told: Told) -> Field:
    return Field(told["name"], _kind(told["schema"]), told.get("description", ""), told["required"])


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return _shape(schema)
    if "anyOf" in schema:
        return " | ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if schema["type"] == "array":
        return f"{_kind(schema['items'])}[]"
    return " ".join([schema["type"], *_bounds(schema)])


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    if "format" in schema:
        yield schema["format"]
    if {"minimum", "maximum"} <= schema.keys() and schema["maximum"] <= 1_000:
        yield f"{schema['minimum']} to {schema['maximum']}"


def _shape(schema: Mapping[str, Any]) -> str:
    parts = (schema, schema.get("items", {}), *schema.get("anyOf", ()))
    found = (each["$ref"].rpartition("/")[2] for each in parts if "$ref" in each)
    return next(found, "")


def _curl(
    operation: Operation, base: str, parameters: list[Told], body: Told | None, own: Values
) -> str:
    """How to ask from a command line."""
    given = {
        each["name"]: own.get(each["name"]) or example(each["schema"], {})
        for each in parameters
        if each["required"] or "examples" in each["schema"]
    }
    path = operation.template.format(**given)
    asked = {each["name"]: given[each["name"]] for each in parameters if _is_asked(each, given)}
    url = base + path + (f"?{urlencode(asked, safe=':,')}" if asked else "")
    if body is None:
        return f"curl {quote(url)}"
    data = json.dumps(with_own(body["content"][JSON]["example"], own))
    return f"curl -H {quote(f'Content-Type: {JSON}')} -d {quote(data)} {quote(url)}"


def _is_asked(told: Told, given: Mapping[str, Any]) -> bool:
    return (
        told["in"] == "query"
        and told["name"] in given
        and (told["required"] or told["name"] in ("q", "lang"))
    )
