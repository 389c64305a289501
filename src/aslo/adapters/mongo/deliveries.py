"""Deliveries in MongoDB."""

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, document, first, value
from aslo.domain.activity import Repository
from aslo.domain.delivery import Delivery, DeliveryState
from aslo.domain.errors import StoreError

NAME = "deliveries"
_UNSETTLED = f"{KEYS}.unsettled_at"
# Moments as text in UTC: one without a fraction comes first, since "+" comes before ".".
_NEWEST = [("received_at", -1), ("_id", -1)]


class MongoDeliveries(Documents):
    """The deliveries of the store."""

    def add_delivery(self, delivery: Delivery) -> Delivery:
        with self._connection.collection(NAME) as deliveries:
            try:
                deliveries.insert_one(delivery_document(delivery))
            except DuplicateKeyError:
                return self._once_more(delivery.guid)
        return delivery

    def _once_more(self, guid: str) -> Delivery:
        """Count a known delivery; what was ignored stays so, all else is accepted again."""
        count = {"$inc": {"received_count": 1}}
        with self._connection.collection(NAME) as deliveries:
            known = first(deliveries, Delivery, {"_id": guid})
            if known is None:
                raise StoreError(f"delivery {guid} was removed while it came again")
            if known.state is DeliveryState.IGNORED:
                change: Document = count
            else:
                again = {"state": DeliveryState.ACCEPTED, _UNSETTLED: instant(known.received_at)}
                change = {**count, "$set": again}
            stored = deliveries.find_one_and_update(
                {"_id": guid}, change, return_document=ReturnDocument.AFTER
            )
        return value(Delivery, stored) if stored else known

    def delivery(self, guid: str) -> Delivery | None:
        return self._get(Delivery, NAME, {"_id": guid})

    def settle_delivery(self, guid: str, reason: str = "") -> None:
        said = {"reason": reason} if reason else {}
        with self._connection.collection(NAME) as deliveries:
            deliveries.update_one(
                {"_id": guid, "state": DeliveryState.ACCEPTED.value},
                {
                    "$set": {"state": DeliveryState.SETTLED.value, **said},
                    "$unset": {_UNSETTLED: ""},
                },
            )

    def unsettled_deliveries(self, limit: int) -> list[Delivery]:
        return self._readable(
            Delivery,
            NAME,
            {_UNSETTLED: {"$exists": True}},
            sort=[(_UNSETTLED, 1), ("_id", 1)],
            limit=limit,
            hint="unsettled",
        )

    def deliveries_of(self, repository_id: int, limit: int) -> list[Delivery]:
        query = {f"{KEYS}.repository_id": repository_id}
        return self._readable(Delivery, NAME, query, limit, sort=_NEWEST)

    def repository_named(self, full_name: str) -> Repository | None:
        query = {f"{KEYS}.repository_name": full_name.lower()}
        found = self._readable(Delivery, NAME, query, 1, sort=_NEWEST)
        return found[0].about if found else None


def delivery_document(delivery: Delivery) -> Document:
    """A delivery as it is kept."""
    waits, about = delivery.state is DeliveryState.ACCEPTED, delivery.about
    return document(
        delivery.guid,
        delivery,
        {
            "unsettled_at": delivery.received_at if waits else None,
            "repository_id": about.id if about else None,
            "repository_name": about.full_name.lower() if about else None,
        },
    )
