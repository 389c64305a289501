"""An example of anything that the description knows, made of the examples of its parts."""

from collections.abc import Mapping
from typing import Any

_BY_FORMAT = {"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-26"}
_BY_TYPE: Mapping[str, Any] = {"string": "…", "integer": 1, "boolean": False, "null": None}

Schema = Mapping[str, Any]


def example(schema: Schema, known: Mapping[str, Schema]) -> Any:
    """Something that fits the schema; `known` has the schemas that it refers to, by name."""
    if reference := schema.get("$ref"):
        return example(known[reference.rpartition("/")[2]], known)
    for word in ("examples", "enum", "anyOf"):
        if word in schema:
            first = schema[word][0]
            return example(first, known) if word == "anyOf" else first
    return _by_type(schema, known)


def _by_type(schema: Schema, known: Mapping[str, Schema]) -> Any:
    if "default" in schema:
        return schema["default"]
    if schema["type"] == "object":
        properties = schema.get("properties", {})
        return {name: example(each, known) for name, each in properties.items()}
    if schema["type"] == "array":
        return [example(schema["items"], known)]
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[schema["type"]])
