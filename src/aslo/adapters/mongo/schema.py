"""Brings a database up to the schema that the code knows; never back."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure

from aslo.adapters.mongo.shapes import validator
from aslo.domain.activity import Activity, Change, Release
from aslo.domain.build import Build
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare
from aslo.domain.delivery import Delivery
from aslo.domain.errors import StoreError
from aslo.domain.report import Report
from aslo.ports import BuildLog

META, RECORD = "meta", {"_id": "record"}
NAMESPACE_EXISTS = 48
KINDS: Mapping[str, type] = {
    "deliveries": Delivery,
    "builds": Build,
    "checks": CommitCheck,
    "logs": BuildLog,
    "activities": Activity,
    "releases": Release,
    "changes": Change,
    "reports": Report,
    "counts": DayCount,
    "shares": DayShare,
}
"""Every collection, and what its documents are."""


def _index(name: str, *fields: str, unique: bool = False, only: str | None = None) -> IndexModel:
    keys = [(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields]
    partial = {} if only is None else {"partialFilterExpression": {only: {"$exists": True}}}
    return IndexModel(keys, name=name, unique=unique, **partial)


# Moments are sorted by numbers below `_keys`, which is there only while it is needed: so the
# indexes of the queues stay as small as the queues.
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "deliveries": [
        _index("unsettled", "_keys.unsettled_at", "_id", only="_keys.unsettled_at"),
        _index(
            "of_repository",
            *("_keys.repository_id", "-received_at", "-_id"),
            only="_keys.repository_id",
        ),
        _index(
            "of_name",
            *("_keys.repository_name", "-received_at", "-_id"),
            only="_keys.repository_name",
        ),
    ],
    "builds": [
        _index("waiting", "_keys.not_before", "_keys.created_at", "_id", only="_keys.ready_at"),
        _index(
            "in_line",
            "state",
            "repository.id",
            "_keys.not_before",
            "_keys.created_at",
            "_id",
            only="_keys.ready_at",
        ),
        # No two builds of a repository may have one place among those that run.
        _index("places", "repository.id", "_keys.place", unique=True, only="_keys.place"),
        _index("claimed", "-_keys.claimed_at", "repository.id", only="_keys.claimed_at"),
        _index("untold", "_keys.untold_since", "_id", only="_keys.untold_since"),
        _index("recent", "-_keys.created_at", "-_id"),
        _index("recent_of_one", "bundle_id", "-_keys.created_at", "-_id"),
        _index("of_release", "repository.id", "release.id", "-_keys.created_at", "-_id"),
    ],
    "checks": [
        _index(
            "in_line",
            "state",
            "repository.id",
            "_keys.not_before",
            "_keys.created_at",
            "_id",
            only="_keys.ready_at",
        ),
        # No two that run may have one seat of few, nor be of one repository.
        _index("seats", "_keys.seat", unique=True, only="_keys.seat"),
        _index("one_of_each", "_keys.runs_for", unique=True, only="_keys.runs_for"),
        _index("claimed", "repository.id", "_keys.claimed_at", only="_keys.claimed_at"),
        _index("untold", "_keys.untold_since", "_id", only="_keys.untold_since"),
    ],
    "logs": [_index("of_claim", "build_id", "-fence", "_keys.start_byte", unique=True)],
    "activities": [
        _index("folded", "_keys.folded_id", unique=True),
        _index("of_repository", "repository.id", "_id"),
    ],
    "releases": [_index("of_activity", "bundle_id", "_keys.version_key", unique=True)],
    "reports": [
        _index("waiting", "_keys.waiting_since", "_id", only="_keys.waiting_since"),
        _index("of_build", "build_id", "_keys.created_at", "_id"),
    ],
}

Step = Callable[[Database[dict[str, Any]]], None]


def _dress(database: Database[dict[str, Any]]) -> None:
    """Make every collection with its validator and indexes, whatever of it is there already."""
    for name, kind in KINDS.items():
        _make(database, name, validator(kind))
        if indexes := INDEXES.get(name):
            database[name].create_indexes(list(indexes))


def _make(database: Database[dict[str, Any]], name: str, wanted: dict[str, Any]) -> None:
    try:
        database.create_collection(
            name, check_exists=False, validator=wanted, validationLevel="strict"
        )
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        found = next(iter(database.list_collections(filter={"name": name})), {})
        # Not asked for without need: it takes more rights than all else that is done here.
        if found.get("options", {}).get("validator") != wanted:
            database.command("collMod", name, validator=wanted, validationLevel="strict")


def _note_repositories(database: Database[dict[str, Any]]) -> None:
    """Let deliveries be found by the repository that they tell of."""
    database["deliveries"].create_indexes(list(INDEXES["deliveries"]))
    about = {
        name: {"$ifNull": [f"$content.repository.{name}", f"$repository.{name}"]}
        for name in ("id", "full_name")
    }
    told = {"$or": [{"content.repository.id": {"$type": "number"}}, {"repository.id": {"$gt": 0}}]}
    keys = {
        "_keys.repository_id": about["id"],
        "_keys.repository_name": {"$toLower": about["full_name"]},
    }
    database["deliveries"].update_many(told, [{"$set": keys}])


def _add_checks(database: Database[dict[str, Any]]) -> None:
    """Make the collection of checks of commits, and let other documents say that they are of one.
    A step of its own: the one before needs collections that are dressed."""
    _dress(database)


# The second run adds the kinds of reports by the App, and the index of repositories; the third
# what is counted; the fourth what the line of builds is asked by. The checks of commits came with
# the sixth.
MIGRATIONS: Sequence[Step] = (_dress, _dress, _dress, _dress, _note_repositories, _add_checks)
"""Each may be run twice, and by two programs at once: none has a transaction to itself."""


def version(database: Database[dict[str, Any]]) -> int:
    """The schema of the database; 0 when it has none yet."""
    found = database[META].find_one(RECORD)
    return int(found["schema"]) if found else 0


def require(database: Database[dict[str, Any]], migrations: Sequence[Step] = MIGRATIONS) -> None:
    """Make an empty database ours; StoreError for one that is older or newer than the code."""
    if version(database) == 0 and _is_empty(database):
        migrate(database, migrations)
    refuse_other(database, migrations)


def look(database: Database[dict[str, Any]]) -> None:
    """StoreError for a database that `require` would refuse; an empty one stays so."""
    if version(database) or not _is_empty(database):
        refuse_other(database, MIGRATIONS)


def refuse_other(database: Database[dict[str, Any]], migrations: Sequence[Step]) -> None:
    """StoreError for a database that is older or newer than the code."""
    # Asked now, because another program may have made and used it since it was found empty.
    found = version(database)
    _refuse_newer(database, found, len(migrations))
    if found < len(migrations):
        raise StoreError(
            f"the database {database.name} has schema {found}, older than {len(migrations)}: "
            "run `aslo migrate`"
        )


def migrate(
    database: Database[dict[str, Any]], migrations: Sequence[Step] = MIGRATIONS
) -> tuple[int, int]:
    """Run the migrations that the database lacks; the schema before and after."""
    found = version(database)
    _refuse_newer(database, found, len(migrations))
    for number, step in enumerate(migrations[found:], found + 1):
        # What a later migration does all over again is left to that one.
        if step not in migrations[number:]:
            step(database)
        # Who opens a database that is made just now must not see it half made.
        if found or number == len(migrations):
            _note(database, number)
    return found, len(migrations)


def _is_empty(database: Database[dict[str, Any]]) -> bool:
    """Whether nothing is kept there yet; another program may be making it just now."""
    names = database.list_collection_names()
    return all(database[name].find_one({}, {"_id": 1}) is None for name in names)


def _refuse_newer(database: Database[dict[str, Any]], found: int, known: int) -> None:
    if found > known:
        raise StoreError(
            f"the database {database.name} has schema {found}, newer than {known}: "
            "install the ASLO that wrote it"
        )


def _note(database: Database[dict[str, Any]], number: int) -> None:
    change = {"$max": {"schema": number}, "$setOnInsert": {"era": secrets.token_hex(8)}}
    try:
        database[META].update_one(RECORD, change, upsert=True)
    except DuplicateKeyError:
        # Another program made it in the same moment.
        database[META].update_one(RECORD, {"$max": {"schema": number}})
