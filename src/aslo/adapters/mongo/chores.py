"""What one of all workers does now and then, in MongoDB."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant
from aslo.adapters.mongo.record import Documents
from aslo.adapters.mongo.schema import META


class MongoChores(Documents):
    """When each chore is due again, and how far it got."""

    def begin_chore(self, name: str, now: datetime, due_again: datetime) -> str | None:
        due = {"_id": _key(name), "due_at": {"$lte": instant(now)}}
        change = {"$set": {"due_at": instant(due_again)}, "$setOnInsert": {"place": ""}}
        with self._connection.collection(META) as chores:
            try:
                before = chores.find_one_and_update(due, change, upsert=True)
            except DuplicateKeyError:
                return None  # It is there, and not due.
        return "" if before is None else str(before["place"])

    def note_chore(self, name: str, place: str) -> None:
        with self._connection.collection(META) as chores:
            chores.update_one({"_id": _key(name)}, {"$set": {"place": place}})


def _key(name: str) -> str:
    return f"chore {name}"
