"""Reports in the record's SQLite file: the outbox."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aslo.adapters.documents import instant, to_json
from aslo.adapters.sqlite.record import Tables, first, readable
from aslo.domain.report import Report, ReportState
from aslo.domain.throttle import Throttle

_BY_ID = "SELECT id, body FROM reports WHERE id = :id"
_CLAIMABLE = """SELECT id, body FROM reports AS report
    WHERE sent = 'waiting' AND aside = :aside AND not_before <= :now AND NOT EXISTS (
        SELECT 1 FROM reports AS earlier
        WHERE earlier.build_id = report.build_id AND earlier.sent = 'waiting'
        AND (earlier.created_at, earlier.id) < (report.created_at, report.id))
    ORDER BY created_at, id"""
_THROTTLE = "SELECT 'throttle', body FROM throttle"
_PUT = """INTO reports VALUES
    (:id, :build_id, :sent, :created_at, :not_before, :claimed_by, :body, :aside)"""


class SqliteReports(Tables):
    """The reports of the store."""

    def add_report(self, report: Report) -> bool:
        with self._database.writing() as connection:
            added = connection.execute(f"INSERT OR IGNORE {_PUT}", _row(report, None))
            return added.rowcount == 1

    def claim_report(
        self, owner: str, now: datetime, lease: timedelta, *, aside: bool = False
    ) -> Report | None:
        with self._database.writing() as connection:
            report = _oldest(connection, {"now": instant(now), "aside": aside})
            if report is None:
                return None
            claimed = replace(report, not_before=now + lease, attempt=report.attempt + 1)
            # The owner is for the operator's eyes: nobody has to prove a claim.
            put(connection, claimed, owner)
        return claimed

    def settle_report(self, report_id: str, state: ReportState) -> None:
        self._change_waiting(report_id, sent=state)

    def postpone_report(
        self, report: Report, not_before: datetime, *, untried: bool = False
    ) -> None:
        attempt = report.attempt - untried
        self._change_waiting(report.id, report.attempt, not_before=not_before, attempt=attempt)

    def reports(self, build_id: str) -> list[Report]:
        return self._list(
            Report,
            "SELECT id, body FROM reports WHERE build_id = :build_id ORDER BY created_at, id",
            {"build_id": build_id},
        )

    def throttle(self) -> Throttle:
        return self._get(Throttle, _THROTTLE, {}) or Throttle()

    def save_throttle(self, throttle: Throttle) -> bool:
        saved = replace(throttle, edition=throttle.edition + 1)
        with self._database.writing() as connection:
            stored = connection.execute("SELECT max(edition) FROM throttle").fetchone()[0]
            if (stored or 0) != throttle.edition:
                return False
            connection.execute("DELETE FROM throttle")
            row = saved.edition, to_json(saved)
            connection.execute("INSERT INTO throttle VALUES (?, ?)", row)
        return True

    def _change_waiting(self, report_id: str, claim: int | None = None, **changes: Any) -> None:
        with self._database.writing() as connection:
            report = first(connection, Report, _BY_ID, {"id": report_id})
            if report is None or report.sent is not ReportState.WAITING:
                return
            if claim in (None, report.attempt):
                put(connection, replace(report, **changes))


def put(connection: sqlite3.Connection, report: Report, owner: str | None = None) -> None:
    """Keep a report, in the place of one with its id."""
    connection.execute(f"REPLACE {_PUT}", _row(report, owner))


def _oldest(connection: sqlite3.Connection, values: dict[str, int]) -> Report | None:
    return next(readable(Report, connection.execute(_CLAIMABLE, values)), None)


def _row(report: Report, owner: str | None) -> dict[str, object]:
    return {
        "id": report.id,
        "build_id": report.build_id,
        "sent": report.sent,
        "created_at": instant(report.created_at),
        "not_before": instant(report.not_before),
        "claimed_by": owner,
        "body": to_json(report),
        "aside": report.aside,
    }
