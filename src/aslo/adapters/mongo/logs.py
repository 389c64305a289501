"""Build logs in MongoDB, kept in the parts in which they came."""

from pymongo.errors import DuplicateKeyError

from aslo.adapters.build_log import fit
from aslo.adapters.mongo.connection import Connection, Document
from aslo.adapters.mongo.record import KEYS, Documents, document
from aslo.domain.errors import StoreError
from aslo.ports import BuildLog, Limits

NAME = "logs"
APPEND_TRIES = 20
_START, _END = f"{KEYS}.start_byte", f"{KEYS}.end_byte"


class MongoLogs(Documents):
    """The build logs of the store."""

    def __init__(self, connection: Connection, log_bytes: int | None = None) -> None:
        super().__init__(connection)
        self._log_bytes = Limits().log_bytes if log_bytes is None else log_bytes

    def append_log(self, build_id: str, fence: int, text: str) -> None:
        for _ in range(APPEND_TRIES):
            held = self._held(build_id, fence)
            kept, end = fit(held, text, self._log_bytes)
            if not kept or self._add_part(BuildLog(build_id, fence, kept), held, end):
                return
        raise StoreError(f"the log of build {build_id} is written by others under our hands")

    def log(self, build_id: str) -> str:
        with self._connection.collection(NAME) as logs:
            last = logs.find_one({"build_id": build_id}, {"fence": 1}, sort=[("fence", -1)])
            if last is None:
                return ""
            claim = {"build_id": build_id, "fence": last["fence"]}
            return "".join(part["text"] for part in logs.find(claim, sort=[(_START, 1)]))

    def _held(self, build_id: str, fence: int) -> int:
        """The bytes up to the end of the last part."""
        with self._connection.collection(NAME) as logs:
            claim = {"build_id": build_id, "fence": fence}
            last = logs.find_one(claim, {_END: 1}, sort=[(_START, -1)])
        return 0 if last is None else int(last[KEYS]["end_byte"])

    def _add_part(self, part: BuildLog, start: int, end: int) -> bool:
        with self._connection.collection(NAME) as logs:
            try:
                logs.insert_one(part_document(part, start, end))
            except DuplicateKeyError:
                return False
        return True


def part_document(part: BuildLog, start: int, end: int) -> Document:
    """A part of a log as it is kept; no two begin at one byte."""
    key = f"{part.build_id}/{part.fence}/{start}"
    return document(key, part, {"start_byte": start, "end_byte": end})
