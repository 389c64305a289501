"""What the database itself asks of our documents, read from the types of the domain."""

from typing import Any

import msgspec

Schema = dict[str, Any]

_BSON = {
    msgspec.inspect.StrType: ["string"],
    msgspec.inspect.IntType: ["int", "long"],
    msgspec.inspect.FloatType: ["double", "int", "long"],
    msgspec.inspect.BoolType: ["bool"],
    msgspec.inspect.DateTimeType: ["string"],
    msgspec.inspect.DateType: ["string"],
    msgspec.inspect.NoneType: ["null"],
    msgspec.inspect.EnumType: ["string"],
    msgspec.inspect.VarTupleType: ["array"],
    msgspec.inspect.ListType: ["array"],
    msgspec.inspect.DataclassType: ["object"],
    msgspec.inspect.DictType: ["object"],
}


def validator(kind: type) -> Schema:
    """A `$jsonSchema` for documents of a type: each field's BSON types, and which must be there.

    A field with a default need not be: a document from before it was thought of is still whole.
    """
    shape = msgspec.inspect.type_info(kind)
    if not isinstance(shape, msgspec.inspect.DataclassType):
        raise TypeError(f"a document is of a dataclass, got {kind!r}")
    properties = {field.encode_name: _property(field.type) for field in shape.fields}
    required = [field.encode_name for field in shape.fields if field.required]
    return {
        "$jsonSchema": {
            "bsonType": "object",
            "required": ["_id", *required],
            "properties": properties,
        }
    }


def _property(shape: msgspec.inspect.Type) -> Schema:
    kinds = shape.types if isinstance(shape, msgspec.inspect.UnionType) else (shape,)
    named = sorted({name for kind in kinds for name in _BSON[type(kind)]})
    made: Schema = {"bsonType": named}
    values = [member.value for kind in kinds for member in _members(kind)]
    if values:
        made["enum"] = [*values, None] if "null" in named else values
    return made


def _members(shape: msgspec.inspect.Type) -> Any:
    return shape.cls if isinstance(shape, msgspec.inspect.EnumType) else ()
