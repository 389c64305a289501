"""What the developer reads on the commit: plain words, nothing in them that could act."""

import re
from collections.abc import Iterable

from aslo.domain.build import Build, BuildState
from aslo.domain.comment import RETRY
from aslo.domain.errors import VersionTakenError
from aslo.domain.problem import Problem, Severity
from aslo.domain.problem_kinds import KINDS
from aslo.domain.report import Annotation

STATUS_CHARACTERS = 140
COMMENT_CHARACTERS = 4000
PROBLEMS_SHOWN = 20
ANNOTATIONS = 200
"""More remarks than anybody reads; four requests to GitHub."""
PATH_CHARACTERS = 1024
TRY_AGAIN = (
    f"To have this build tried again, comment `{RETRY}` here or redeliver the webhook, if you may "
    "write to this repository."
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069`]+")
# A path of the machine the build ran on helps nobody and tells too much.
_TOPS = (
    "bin|boot|build|data|dev|etc|home|lib|lib64|media|mnt|nix|opt|proc|root|run|sbin|srv|sys|tmp|"
    "usr|var|work"
)
_HOST_PATH = re.compile(rf"(?<![\w.:/])/(?:{_TOPS})/[^\s:,'\"]*")

_ENDS = {
    BuildState.PUBLISHED: "Published",
    BuildState.SUPERSEDED: "Published already",
    BuildState.FAILED: "Not published",
    BuildState.ERRORED: "Trouble on our side",
    BuildState.WITHDRAWN: "Taken back",
}
_HELD = "Held until a person has looked at it"
_LISTED = (BuildState.PUBLISHED, BuildState.SUPERSEDED)


def started_status(build: Build) -> str:
    """The commit status while work goes on."""
    return _short(f"Making a bundle of {plain(build.release.tag, 80)}")


def started_comment(build: Build, url: str) -> str:
    """The first comment."""
    return (
        f"**Sugar activity store:** work on release {code(build.release.tag)} has started. "
        f"[Watch the build]({url}). The result will be told here."
    )


def final_status(build: Build) -> str:
    """The commit status at the end."""
    if build.state in _LISTED:
        return _short(build.outcome)
    return _short(f"{_ENDS[build.state]}: {plain(build.outcome, STATUS_CHARACTERS)}")


def final_comment(build: Build, build_url: str, page_url: str | None, problems_url: str) -> str:
    """The second comment: the page's link, or every problem with its place, page and cure."""
    end = _HELD if build.is_held else _ENDS[build.state]
    lines = [f"**Sugar activity store: {end.lower()}.**", ""]
    if build.state in _LISTED and page_url is not None:
        lines.append(f"{code(_title(build))} has its page: {page_url}")
    elif not build.problems:
        lines.append(f"{code(build.outcome)}")
    lines += _problems(build.problems, problems_url)
    if build.state is BuildState.FAILED and not _is_version_taken(build):
        lines += ["", "Nothing was published, so the same version can be released again."]
    if build.state is BuildState.ERRORED:
        lines += ["", "This is no fault of the release."]
    if build.state.may_restart and not _is_version_taken(build):
        lines += ["", TRY_AGAIN]
    lines += ["", f"[Steps and log of the build]({build_url})"]
    return _cut("\n".join(lines), build_url)


def annotations(problems: Iterable[Problem]) -> tuple[Annotation, ...]:
    """The problems with a place, as remarks there; the others stand in the text alone."""
    placed = [_annotation(problem) for problem in problems if _is_placed(problem)]
    return tuple(placed[:ANNOTATIONS])


def _is_placed(problem: Problem) -> bool:
    """Whether a problem has a line of a file of the repository."""
    path = problem.file or ""
    parts = path.split("/")
    return bool(
        problem.line is not None
        and problem.line > 0
        and 0 < len(path) <= PATH_CHARACTERS
        and path.isprintable()
        and not {"", ".", ".."} & set(parts)
    )


def _annotation(problem: Problem) -> Annotation:
    return Annotation(
        path=problem.file or "",
        line=problem.line or 1,
        title=plain(problem.code, 80),
        message=f"{plain(problem.message, 1000)}\nCure: {plain(problem.remedy, 1000)}",
        warning=problem.severity is Severity.WARNING,
    )


def code(text: str, limit: int = 300) -> str:
    """Foreign text as a Markdown code span: no mention, link, picture or HTML in it acts."""
    return f"`{plain(text, limit) or ' '}`"


def plain(text: str, limit: int) -> str:
    """One line of foreign text without control characters or paths of our machines."""
    line = _HOST_PATH.sub("(path)", _CONTROL.sub(" ", text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _problems(problems: tuple[Problem, ...], url: str) -> list[str]:
    shown = [line for problem in problems[:PROBLEMS_SHOWN] for line in _problem(problem, url)]
    hidden = len(problems) - PROBLEMS_SHOWN
    return shown if hidden <= 0 else [*shown, f"* and {hidden} more, see the build"]


def _problem(problem: Problem, url: str) -> list[str]:
    place = code(problem.place) if problem.file else ""
    # A code that is not ours may be anything, and has no page.
    page = f"[{problem.code}]({url}/{problem.code})" if problem.code in KINDS else ""
    where = " ".join(filter(None, (place, page)))
    return [
        # Two blanks at its end break the line.
        f"* {problem.severity}: {where}{': ' if where else ''}{code(problem.message)}  ",
        f"  Cure: {code(problem.remedy)}",
    ]


def _is_version_taken(build: Build) -> bool:
    return any(problem.code == VersionTakenError.code for problem in build.problems)


def _title(build: Build) -> str:
    return f"{build.bundle_id} {build.version}"


def _short(text: str) -> str:
    return plain(text, STATUS_CHARACTERS)


def _cut(text: str, build_url: str) -> str:
    if len(text) <= COMMENT_CHARACTERS:
        return text
    end = f"\n\n… [the rest is on the build's page]({build_url})"
    kept = text[: COMMENT_CHARACTERS - len(end)].rpartition("\n")[0]
    return kept + end
