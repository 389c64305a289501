"""Check runs of the simulated forge, as picky as GitHub's."""

from collections.abc import Iterable
from typing import Any

from aslo.simulator.hosting import Hosting
from aslo.simulator.state import Document, State, now

MAX_ANNOTATIONS = 50
MAX_TEXT = 65_535
TAKEN = ("name", "status", "conclusion", "external_id", "details_url")
LEVELS = ("notice", "warning", "failure")
CONCLUSIONS = (
    "success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required",
)  # fmt: skip


class Checks:
    """Keeps check runs; a change adds annotations to those that are there."""

    def __init__(self, state: State, hosting: Hosting) -> None:
        self._state = state
        self._hosting = hosting

    def check_runs(self, full_name: str, commit: str | None = None) -> list[Document]:
        """The check runs of a commit, or of any, oldest first."""
        wanted = {} if commit is None else {"head_sha": commit}
        repository = self._hosting.repository(full_name)
        return self._state.find("check", repository_id=repository["id"], **wanted)

    def create(self, repository: Document, asked: dict[str, Any], app_id: int) -> Document:
        """A new check run; ValueError for what GitHub refuses."""
        blank = {
            "repository_id": repository["id"], "app_id": app_id, "head_sha": asked["head_sha"],
            "name": asked["name"], "status": "queued", "conclusion": None, "external_id": "",
            "details_url": None, "title": None, "summary": None, "annotations": [],
            "started_at": now(), "completed_at": None, "history": [],
        }  # fmt: skip
        return self._state.add("check", _changed(blank, asked))

    def update(self, found: Document, asked: dict[str, Any]) -> Document:
        """A changed check run; ValueError for what GitHub refuses."""
        changed = _changed(found, asked)
        self._state.save("check", changed)
        return changed


def _changed(found: Document, asked: dict[str, Any]) -> Document:
    _require_sound(asked)
    output = asked.get("output") or {}
    new = {**found, **_taken(asked, TAKEN), **_taken(output, ("title", "summary"))}
    if asked.get("conclusion"):
        new |= {"status": "completed", "completed_at": now()}
    return {
        **new,
        "annotations": [*found["annotations"], *(output.get("annotations") or [])],
        "history": [*found["history"], new["conclusion"] or new["status"]],
    }


def _taken(asked: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: asked[name] for name in names if name in asked}


def _require_sound(asked: dict[str, Any]) -> None:
    output = asked.get("output") or {}
    annotations = output.get("annotations") or []
    if len(annotations) > MAX_ANNOTATIONS:
        raise ValueError(f"No subschema in anyOf matched: over {MAX_ANNOTATIONS} annotations")
    if asked.get("status") == "completed" and asked.get("conclusion") not in CONCLUSIONS:
        raise ValueError("conclusion is missing or unknown")
    if len(output.get("summary") or "") > MAX_TEXT:
        raise ValueError("summary exceeds a maximum length of 65535")
    for one in annotations:
        _require_placed(one)


def _require_placed(annotation: dict[str, Any]) -> None:
    path = annotation.get("path")
    if not isinstance(path, str) or not path or {"", ".", ".."} & set(path.split("/")):
        raise ValueError(f"Invalid value for path, got {path!r}")
    if annotation.get("annotation_level") not in LEVELS or not annotation.get("message"):
        raise ValueError("an annotation needs its level and its message")
    start, end = annotation.get("start_line"), annotation.get("end_line")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 < start <= end:
        raise ValueError("an annotation needs its lines")
