"""What the developer reads on the commit: plain words, nothing in them that could act."""

import re
from collections.abc import Iterable

from aslo.domain.build import Build, BuildState
from aslo.domain.comment import RETRY
from aslo.domain.errors import VersionTakenError
from aslo.domain.problem import Problem, Severity
from aslo.domain.problem_kinds import KINDS
from aslo.domain.report import Annotation
from aslo.domain.voice import ENGLISH, Voice, sentence

STATUS_CHARACTERS = 140
COMMENT_BYTES = 4000
"""Of UTF-8, in which a letter of Hindi takes three; with its key a comment has less than 4 KiB."""
PROBLEMS_SHOWN = 20
ANNOTATIONS = 200
"""More remarks than anybody reads; four requests to GitHub."""
PATH_CHARACTERS = 1024

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069`]+")
# A path of the machine the build ran on helps nobody and tells too much.
_TOPS = (
    "bin|boot|build|data|dev|etc|home|lib|lib64|media|mnt|nix|opt|proc|root|run|sbin|srv|sys|tmp|"
    "usr|var|work"
)
_HOST_PATH = re.compile(rf"(?<![\w.:/])/(?:{_TOPS})/[^\s:,'\"]*")

_ENDS = {
    BuildState.PUBLISHED: sentence("Published"),
    BuildState.SUPERSEDED: sentence("Published already"),
    BuildState.FAILED: sentence("Not published"),
    BuildState.ERRORED: sentence("Trouble on our side"),
    BuildState.WITHDRAWN: sentence("Taken back"),
}
_HELD = sentence("Held until a person has looked at it")
# Named here, for inside an f-string no sentence is found for its translators.
_STORE = sentence("Sugar activity store")
_WATCH = sentence("Watch the build")
_LOG = sentence("Steps and log of the build")
_REST = sentence("the rest is on the page of the build")
_NO_FAULT = sentence("This is no fault of the release.")
_AGAIN = sentence(
    "To have this build tried again, comment %(command)s here or redeliver the webhook, if you may "
    "write to this repository."
)
_CURE = sentence("Cure:")
_SEVERITIES = {Severity.ERROR: sentence("error"), Severity.WARNING: sentence("warning")}
_LISTED = (BuildState.PUBLISHED, BuildState.SUPERSEDED)


def started_status(build: Build, voice: Voice = ENGLISH) -> str:
    """The commit status while work goes on."""
    return _short(voice.say("Making a bundle of %(tag)s", tag=plain(build.release.tag, 80)))


def started_comment(build: Build, url: str, voice: Voice = ENGLISH) -> str:
    """The first comment."""
    say = voice.say
    begun = say("Work on release %(tag)s has started.", tag=code(build.release.tag))
    later = say("The result will be told here.")
    return f"**{say(_STORE)}:** {begun} [{say(_WATCH)}]({url}). {later}"


def final_status(build: Build, voice: Voice = ENGLISH) -> str:
    """The commit status at the end."""
    if voice.lang == ENGLISH.lang and build.state in _LISTED:
        return _short(build.outcome)
    end = voice.say(_end(build))
    if voice.lang == ENGLISH.lang:
        return _short(f"{end}: {plain(build.outcome, STATUS_CHARACTERS)}")
    # The outcome is in English: what it says of a listed one, the end says of the title.
    rest = _title(build) if build.state in _LISTED else _first_title(build, voice)
    return _short(f"{end}: {rest}" if rest else end)


def final_comment(
    build: Build,
    build_url: str,
    page_url: str | None,
    problems_url: str,
    voice: Voice = ENGLISH,
) -> str:
    """The second comment: the page's link, or every problem with its place, page and cure."""
    say = voice.say
    lines = [f"**{say(_STORE)}: {say(_end(build)).lower()}.**", ""]
    if build.state in _LISTED and page_url is not None:
        lines.append(
            say("%(title)s has its page: %(url)s", title=code(_title(build)), url=page_url)
        )
    elif not build.problems:
        lines.append(f"{code(build.outcome)}")
    lines += problem_lines(build.problems, problems_url, voice)
    lines += _what_now(build, voice)
    lines += ["", f"[{say(_LOG)}]({build_url})"]
    return cut("\n".join(lines), say(_REST), build_url)


def _end(build: Build) -> str:
    return _HELD if build.is_held else _ENDS[build.state]


def _what_now(build: Build, voice: Voice) -> list[str]:
    told = []
    if build.state is BuildState.FAILED and not _is_version_taken(build):
        told += [
            "",
            voice.say("Nothing was published, so the same version can be released again."),
        ]
    if build.state is BuildState.ERRORED:
        told += ["", voice.say(_NO_FAULT)]
    if build.state.may_restart and not _is_version_taken(build):
        told += ["", voice.say(_AGAIN, command=code(RETRY))]
    return told


def annotations(problems: Iterable[Problem], voice: Voice = ENGLISH) -> tuple[Annotation, ...]:
    """The problems with a place, as remarks there; the others stand in the text alone."""
    placed = [_annotation(problem, voice) for problem in problems if _is_placed(problem)]
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


def _annotation(problem: Problem, voice: Voice) -> Annotation:
    exact, remedy = plain(problem.message, 500), plain(problem.remedy, 500)
    title, cure = _kind_in(voice, problem)
    lines = [title, exact] if title else [exact]
    return Annotation(
        path=problem.file or "",
        line=problem.line or 1,
        title=plain(problem.code, 80),
        message="\n".join([*lines, f"{voice.say(_CURE)} {cure or remedy}"]),
        warning=problem.severity is Severity.WARNING,
    )


def code(text: str, limit: int = 300) -> str:
    """Foreign text as a Markdown code span: no mention, link, picture or HTML in it acts."""
    return f"`{plain(text, limit) or ' '}`"


def plain(text: str, limit: int) -> str:
    """One line of foreign text without control characters or paths of our machines."""
    line = _HOST_PATH.sub("(path)", _CONTROL.sub(" ", text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def problem_lines(problems: tuple[Problem, ...], url: str, voice: Voice) -> list[str]:
    """The first problems in Markdown, each with its place, page and cure; the pages are at the
    address."""
    shown = [line for each in problems[:PROBLEMS_SHOWN] for line in _problem(each, url, voice)]
    hidden = len(problems) - PROBLEMS_SHOWN
    if hidden <= 0:
        return shown
    return [*shown, "* " + voice.say("more on the page of the build: %(count)s", count=hidden)]


def _problem(problem: Problem, url: str, voice: Voice) -> list[str]:
    place = code(problem.place) if problem.file else ""
    # A code that is not ours may be anything, and has no page.
    page = f"[{problem.code}]({url}/{problem.code})" if problem.code in KINDS else ""
    where = " ".join(filter(None, (place, page)))
    how_bad = voice.say(_SEVERITIES[problem.severity])
    title, cure = _kind_in(voice, problem)
    what = f"{title}: {code(problem.message)}" if title else code(problem.message)
    return [
        # Two blanks at its end break the line.
        f"* {how_bad}: {where}{': ' if where else ''}{what}  ",
        f"  {voice.say(_CURE)} {cure or code(problem.remedy)}",
    ]


def _kind_in(voice: Voice, problem: Problem) -> tuple[str, str]:
    """The title and the cure of its kind in another language than English, where there are
    words for it: then the exact ones stand beside them."""
    kind = KINDS.get(problem.code)
    if kind is None or not voice.knows(kind.title):
        return "", ""
    return voice.find(kind.title), voice.find(kind.cure)


def _first_title(build: Build, voice: Voice) -> str:
    return _kind_in(voice, build.problems[0])[0] if build.problems else ""


def _is_version_taken(build: Build) -> bool:
    return any(problem.code == VersionTakenError.code for problem in build.problems)


def _title(build: Build) -> str:
    return f"{build.bundle_id} {build.version}"


def _short(text: str) -> str:
    return plain(text, STATUS_CHARACTERS)


def cut(text: str, rest: str, build_url: str) -> str:
    """A text of a length that can be read, which leads to the rest in these words."""
    raw = text.encode()
    if len(raw) <= COMMENT_BYTES:
        return text
    end = f"\n\n… [{rest}]({build_url})"
    kept = raw[: COMMENT_BYTES - len(end.encode())].decode(errors="ignore")
    return kept.rpartition("\n")[0] + end
