"""Deliveries in the record's SQLite file."""

import sqlite3
from dataclasses import replace
from functools import partial

from aslo.adapters.documents import instant, to_json
from aslo.adapters.sqlite.record import Tables, first
from aslo.domain.activity import Repository
from aslo.domain.delivery import Delivery, DeliveryState

_BY_GUID = "SELECT guid, body FROM deliveries WHERE guid = :guid"
_PUT = """INTO deliveries VALUES
    (:guid, :state, :received_at, :body, :repository_id, :repository_name)"""


class SqliteDeliveries(Tables):
    """The deliveries of the store."""

    def add_delivery(self, delivery: Delivery) -> Delivery:
        # Many come at once and each is answered only when it is durable, so they share that.
        return self._turns.do(partial(_add, delivery, _row(delivery)))

    def delivery(self, guid: str) -> Delivery | None:
        return self._get(Delivery, _BY_GUID, {"guid": guid})

    def settle_delivery(self, guid: str, reason: str = "") -> None:
        with self._database.writing() as connection:
            known = first(connection, Delivery, _BY_GUID, {"guid": guid})
            if known is not None and known.state is DeliveryState.ACCEPTED:
                said = reason or known.reason
                put(connection, replace(known, state=DeliveryState.SETTLED, reason=said))

    def unsettled_deliveries(self, limit: int) -> list[Delivery]:
        return self._readable(
            Delivery,
            """SELECT guid, body FROM deliveries WHERE state = 'accepted'
                ORDER BY received_at, guid""",
            limit=limit,
        )

    def deliveries_of(self, repository_id: int, limit: int) -> list[Delivery]:
        return self._readable(
            Delivery,
            """SELECT guid, body FROM deliveries WHERE repository_id = :id
                ORDER BY received_at DESC, guid DESC""",
            {"id": repository_id},
            limit=limit,
        )

    def repository_named(self, full_name: str) -> Repository | None:
        found = self._readable(
            Delivery,
            """SELECT guid, body FROM deliveries WHERE repository_name = :name
                ORDER BY received_at DESC""",
            {"name": full_name.lower()},
            limit=1,
        )
        return found[0].about if found else None


def _once_more(known: Delivery) -> Delivery:
    ignored = known.state is DeliveryState.IGNORED
    state = DeliveryState.IGNORED if ignored else DeliveryState.ACCEPTED
    return replace(known, received_count=known.received_count + 1, state=state)


def _add(delivery: Delivery, row: dict[str, object], connection: sqlite3.Connection) -> Delivery:
    if connection.execute(f"INSERT OR IGNORE {_PUT}", row).rowcount == 1:
        return delivery
    known = first(connection, Delivery, _BY_GUID, row)
    again = _once_more(known or delivery)
    put(connection, again)
    return again


def put(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Keep a delivery, in the place of one with its GUID."""
    connection.execute(f"REPLACE {_PUT}", _row(delivery))


def _row(delivery: Delivery) -> dict[str, object]:
    about = delivery.about
    return {
        "guid": delivery.guid,
        "state": delivery.state,
        "received_at": instant(delivery.received_at),
        "body": to_json(delivery),
        "repository_id": about and about.id,
        "repository_name": about and about.full_name.lower(),
    }
