"""Build logs in the record's SQLite file, kept in the parts in which they came."""

from aslo.adapters.build_log import fit
from aslo.adapters.sqlite.database import Database
from aslo.adapters.sqlite.record import Tables
from aslo.ports import Limits


class SqliteLogs(Tables):
    """The build logs of the store."""

    def __init__(self, database: Database, log_bytes: int | None = None) -> None:
        super().__init__(database)
        self._log_bytes = Limits().log_bytes if log_bytes is None else log_bytes

    def append_log(self, build_id: str, fence: int, text: str) -> None:
        with self._database.writing() as connection:
            # A part is keyed by the bytes up to its end, so the last one tells the length.
            held = connection.execute(
                "SELECT max(end_byte) FROM log_parts WHERE build_id = ? AND fence = ?",
                (build_id, fence),
            ).fetchone()[0]
            kept, end = fit(held or 0, text, self._log_bytes)
            if kept:
                part = (build_id, fence, end, kept)
                connection.execute("INSERT INTO log_parts VALUES (?, ?, ?, ?)", part)

    def log(self, build_id: str) -> str:
        with self._database.reading() as connection:
            parts = connection.execute(
                """SELECT text FROM log_parts WHERE build_id = :id AND fence =
                    (SELECT max(fence) FROM log_parts WHERE build_id = :id) ORDER BY end_byte""",
                {"id": build_id},
            )
            return "".join(part[0] for part in parts)
