"""Reports in MongoDB: the outbox."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from aslo.adapters.documents import instant
from aslo.adapters.mongo.connection import Document
from aslo.adapters.mongo.record import KEYS, Documents, document, readable
from aslo.adapters.mongo.schema import META
from aslo.domain.errors import StoreError
from aslo.domain.report import Report, ReportState
from aslo.domain.throttle import Throttle

NAME = "reports"
THROTTLE = {"_id": "throttle"}
"""Beside what else is one of a record: it needs no collection, and so no migration."""
CLAIM_TRIES = 200
_WAITING, _CREATED, _DUE = f"{KEYS}.waiting_since", f"{KEYS}.created_at", f"{KEYS}.not_before"
_OLDEST = [(_WAITING, 1), ("_id", 1)]


class MongoReports(Documents):
    """The reports of the store."""

    def add_report(self, report: Report) -> bool:
        with self._connection.collection(NAME) as reports:
            try:
                reports.insert_one(report_document(report))
            except DuplicateKeyError:
                return False
        return True

    def claim_report(
        self, owner: str, now: datetime, lease: timedelta, *, aside: bool = False
    ) -> Report | None:
        # Who loses a report to another claimant looks again: the next one may still be free.
        for _ in range(CLAIM_TRIES):
            oldest = self._oldest(now, aside=aside)
            if oldest is None:
                return None
            claimed = replace(oldest, not_before=now + lease, attempt=oldest.attempt + 1)
            if self._change_waiting(oldest, claimed, owner):
                return claimed
        raise StoreError(f"{CLAIM_TRIES} reports were claimed by others under our hands")

    def settle_report(self, report_id: str, state: ReportState) -> None:
        self._change(report_id, sent=state)

    def postpone_report(
        self, report: Report, not_before: datetime, *, untried: bool = False
    ) -> None:
        attempt = report.attempt - untried
        self._change(report.id, report.attempt, not_before=not_before, attempt=attempt)

    def reports(self, build_id: str) -> list[Report]:
        query, sort = {"build_id": build_id}, [(_CREATED, 1), ("_id", 1)]
        return self._list(Report, NAME, query, sort=sort)

    def throttle(self) -> Throttle:
        return self._get(Throttle, META, THROTTLE) or Throttle()

    def save_throttle(self, throttle: Throttle) -> bool:
        saved = document(THROTTLE["_id"], replace(throttle, edition=throttle.edition + 1))
        with self._connection.collection(META) as meta:
            if throttle.edition:
                stored = {**THROTTLE, "edition": throttle.edition}
                return meta.replace_one(stored, saved).matched_count == 1
            try:
                meta.insert_one(saved)
            except DuplicateKeyError:
                return False
        return True

    def _oldest(self, now: datetime, *, aside: bool) -> Report | None:
        """The oldest due report before which no other of its build waits."""
        held_up: set[object] = set()
        # A report from before there were others has no such field.
        query = {_WAITING: {"$exists": True}, "aside": True if aside else {"$ne": True}}
        with self._connection.collection(NAME) as reports:
            for found in reports.find(query, sort=_OLDEST, hint="waiting"):
                report = next(readable(Report, [found]), None)
                free = found.get("build_id") not in held_up
                if report is not None and free and report.not_before <= now:
                    return report
                held_up.add(found.get("build_id"))
        return None

    def _change(self, report_id: str, claim: int | None = None, **changes: Any) -> None:
        for _ in range(CLAIM_TRIES):
            report = self._get(Report, NAME, {"_id": report_id})
            if report is None or report.sent is not ReportState.WAITING:
                return
            if claim not in (None, report.attempt):
                return
            if self._change_waiting(report, replace(report, **changes), None):
                return
        raise StoreError(f"report {report_id} changed under our hands {CLAIM_TRIES} times")

    def _change_waiting(self, old: Report, new: Report, owner: str | None) -> bool:
        """Replace a report if it still waits as it did."""
        waiting = {"_id": old.id, "sent": old.sent.value, "attempt": old.attempt}
        waiting |= {_DUE: instant(old.not_before)}
        changed = report_document(new)
        if owner is not None:
            # For the operator's eyes: nobody has to prove a claim.
            changed["claimed_by"] = owner
        with self._connection.collection(NAME) as reports:
            return reports.replace_one(waiting, changed).matched_count == 1


def report_document(report: Report) -> Document:
    """A report as it is kept."""
    waits = report.sent is ReportState.WAITING
    return document(
        report.id,
        report,
        {
            "created_at": report.created_at,
            "not_before": report.not_before,
            "waiting_since": report.created_at if waits else None,
        },
    )
