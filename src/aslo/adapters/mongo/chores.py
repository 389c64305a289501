"""What one of all workers does now and then, in MongoDB."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant
from aslo.adapters.mongo.record import Documents
from aslo.adapters.mongo.schema import META


class MongoChores(Documents):
    """When each chore is due again, and how far it got."""

    def begin_chore(self, name: str, now: datetime, until: datetime) -> str | None:
        due = {"_id": _key(name), "due_at": {"$lte": instant(now)}}
        change = {"$set": {"due_at": instant(until)}, "$setOnInsert": {"place": ""}}
        with self._connection.collection(META) as chores:
            try:
                before = chores.find_one_and_update(due, change, upsert=True)
            except DuplicateKeyError:
                return None  # It is there, and not due.
        return "" if before is None else str(before["place"])

    def end_chore(self, name: str, until: datetime, place: str, due_at: datetime) -> None:
        mine = {"_id": _key(name), "due_at": instant(until)}
        with self._connection.collection(META) as chores:
            chores.update_one(mine, {"$set": {"place": place, "due_at": instant(due_at)}})


def _key(name: str) -> str:
    return f"chore {name}"
