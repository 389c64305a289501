"""Check runs: what the App tells on a commit, with remarks at the lines of the problems.

https://docs.github.com/en/rest/checks/runs
"""

import msgspec

from aslo.adapters.github_answers import shaped
from aslo.adapters.github_credentials import Ask
from aslo.domain.report import ANNOTATIONS_A_WRITE, Annotation, CheckRun, CommitState

MAX_SUMMARY = 65_535
MAX_TITLE = 255
PAGE_SIZE = 100
MAX_BEGUN = 1000

CONCLUSIONS = {
    CommitState.SUCCESS: "success",
    CommitState.FAILURE: "failure",
    # Trouble of ours, or a release taken back, says nothing about the commit.
    CommitState.ERROR: "neutral",
}


class _Output(msgspec.Struct):
    annotations_count: int


class _Run(msgspec.Struct):
    id: int
    external_id: str | None
    conclusion: str | None
    output: _Output


class _Runs(msgspec.Struct):
    check_runs: list[_Run]


class Checks:
    """Writes check runs, and remembers those that it has just begun."""

    def __init__(self) -> None:
        self._begun: dict[str, _Run] = {}

    def write(
        self, ask: Ask, path: str, commit: str, check: CheckRun, *, first_try: bool = False
    ) -> None:
        """Write a check run, or change the one that has this key; what is there is not said
        again."""
        known = self._known(ask, path, commit, check, first_try=first_try)
        unsaid = _unsaid(check, known)
        starts = range(0, len(unsaid), ANNOTATIONS_A_WRITE)
        batches = [unsaid[at : at + ANNOTATIONS_A_WRITE] for at in starts]
        if known is not None and not batches and _is_as_wanted(known, check):
            return
        first = _body(check, batches[0] if batches else ())
        if known is None:
            new = {"head_sha": commit, "external_id": check.key, **first}
            known = shaped(ask("POST", f"{path}/check-runs", send=new), _Run, path)
            self._begin(check, known)
        else:
            ask("PATCH", f"{path}/check-runs/{known.id}", send=first)
        for batch in batches[1:]:
            ask("PATCH", f"{path}/check-runs/{known.id}", send=_body(check, batch))

    def _known(
        self, ask: Ask, path: str, commit: str, check: CheckRun, *, first_try: bool
    ) -> _Run | None:
        """The run of that key; at a first try there is none but what was begun here."""
        begun = self._begun.pop(check.key, None)
        if first_try and (begun is not None or check.state is CommitState.PENDING):
            return begun
        return _find(ask, path, commit, check)

    def _begin(self, check: CheckRun, run: _Run) -> None:
        if check.state is not CommitState.PENDING:
            return
        if len(self._begun) >= MAX_BEGUN:
            self._begun.clear()
        self._begun[check.key] = run


def _find(ask: Ask, path: str, commit: str, check: CheckRun) -> _Run | None:
    """Our run of that key; another one of this name belongs to another round."""
    asked = f"{path}/commits/{commit}/check-runs"
    document = ask("GET", asked, check_name=check.name, filter="all", per_page=PAGE_SIZE)
    runs = shaped(document, _Runs, asked).check_runs
    return next((run for run in runs if run.external_id == check.key), None)


def _unsaid(check: CheckRun, known: _Run | None) -> tuple[Annotation, ...]:
    """GitHub adds annotations to those that are there, so a cut-off try must not say them twice."""
    return check.annotations[known.output.annotations_count if known else 0 :]


def _is_as_wanted(known: _Run, check: CheckRun) -> bool:
    # A run that has ended is not begun again by a report that comes late.
    return check.state is CommitState.PENDING or known.conclusion == CONCLUSIONS[check.state]


def _body(check: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, object]:
    ended = {"status": "in_progress"}
    if check.state is not CommitState.PENDING:
        ended = {"status": "completed", "conclusion": CONCLUSIONS[check.state]}
    output: dict[str, object] = {
        "title": check.title[:MAX_TITLE],
        "summary": check.summary[:MAX_SUMMARY],
    }
    if annotations:
        output["annotations"] = [_remark(each) for each in annotations]
    return {"name": check.name, "details_url": check.details_url, **ended, "output": output}


def _remark(said: Annotation) -> dict[str, object]:
    return {
        "path": said.path,
        "start_line": said.line,
        "end_line": said.line,
        "annotation_level": "warning" if said.warning else "failure",
        "title": said.title[:MAX_TITLE],
        "message": said.message,
    }
