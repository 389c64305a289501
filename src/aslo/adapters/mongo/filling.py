"""Marks a record that is being filled, for no transaction holds all of it: who finds the mark
does not serve it, and only filling it anew, from the beginning, removes the mark."""

import secrets
from typing import Any

from pymongo.database import Database

from aslo.adapters.mongo import schema
from aslo.adapters.mongo.schema import KINDS, META, RECORD
from aslo.domain.errors import StoreError, UnfinishedRecordError

MARK = "filled_by"


def require(database: Database[dict[str, Any]]) -> None:
    """As `schema.require`; UnfinishedRecordError for what was not filled to its end."""
    schema.require(database)
    refuse_unfinished(database)


def refuse_unfinished(database: Database[dict[str, Any]]) -> None:
    """UnfinishedRecordError for what was not filled to its end."""
    if _marked_by(database) is not None:
        raise UnfinishedRecordError(f"the database {database.name}")


def begin(database: Database[dict[str, Any]]) -> str:
    """Mark an empty record, or one that another began to fill and empty it; the mark. StoreError
    if anything else is in it."""
    schema.require(database)
    was_begun = _marked_by(database) is not None
    if not was_begun:
        for name in KINDS:
            if database[name].find_one({}, {"_id": 1}) is not None:
                raise StoreError(f"the record is not empty: there are {name} in it")
    mark = secrets.token_hex(8)
    database[META].update_one(RECORD, {"$set": {MARK: mark}})
    if was_begun:
        for name in KINDS:
            database[name].delete_many({})
    # In one that was empty a moment ago there may be a delivery by now, of a site that should have
    # been stopped; it was acknowledged, so it stays.
    return mark


def go_on(database: Database[dict[str, Any]], mark: str) -> None:
    """StoreError if another has begun to fill the record since."""
    if _marked_by(database) != mark:
        raise StoreError("another program began to fill the record; run one of them at a time")


def end(database: Database[dict[str, Any]], mark: str, era: str) -> None:
    """Remove the mark: from now on the record is served."""
    go_on(database, mark)
    database[META].update_one({**RECORD, MARK: mark}, {"$set": {"era": era}, "$unset": {MARK: ""}})


def _marked_by(database: Database[dict[str, Any]]) -> str | None:
    found = database[META].find_one(RECORD) or {}
    return found.get(MARK)
