"""The record in MongoDB, for a site of more than one machine."""

from aslo.adapters.mongo import filling, schema
from aslo.adapters.mongo.activities import MongoActivities, MongoReleases
from aslo.adapters.mongo.builds import MongoBuilds
from aslo.adapters.mongo.checks import MongoChecks
from aslo.adapters.mongo.chores import MongoChores
from aslo.adapters.mongo.connection import ANSWER_SECONDS, MIGRATION_SECONDS, Connection
from aslo.adapters.mongo.counted import MongoCounted
from aslo.adapters.mongo.deliveries import MongoDeliveries
from aslo.adapters.mongo.logs import MongoLogs
from aslo.adapters.mongo.reports import MongoReports
from aslo.adapters.mongo.whole import MongoWhole


class MongoStore(
    MongoDeliveries,
    MongoBuilds,
    MongoChecks,
    MongoActivities,
    MongoReleases,
    MongoReports,
    MongoCounted,
    MongoChores,
    MongoLogs,
    MongoWhole,
):
    """Keeps every write at a majority of the replica set; any thread or process may call."""

    def __init__(self, url: str, log_bytes: int | None = None) -> None:
        MongoLogs.__init__(self, Connection(url, filling.require), log_bytes)

    def look(self) -> None:
        """StoreError if it cannot be used; an empty database stays empty."""
        with self._connection.database(ANSWER_SECONDS) as database:
            schema.look(database)
            filling.refuse_unfinished(database)

    def migrate(self) -> tuple[int, int]:
        """Bring the database up to the schema of this code; the schema before and after."""
        # Asked first, for the driver would look for a server that is away until its time is over.
        with self._connection.database(ANSWER_SECONDS) as database:
            schema.version(database)
        with self._connection.database(MIGRATION_SECONDS) as database:
            return schema.migrate(database)

    def close(self) -> None:
        self._connection.close()
