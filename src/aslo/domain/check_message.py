"""What the developer reads of the check of a commit; nothing in it could act."""

from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.message import code, cut, plain, problem_lines
from aslo.domain.problem import Severity
from aslo.domain.voice import ENGLISH

TITLE_CHARACTERS = 140

_ENDS = {
    BuildState.PASSED: "Ready to be released",
    BuildState.FAILED: "Not ready to be released",
    BuildState.ERRORED: "Trouble on our side",
}
_NOT_CHECKED = "Not checked"


def subject(check: CommitCheck) -> str:
    """What is checked, in a few words."""
    number = check.head.pull_request
    return check.head.branch if number is None else f"pull request #{number}"


def started_title(check: CommitCheck) -> str:
    """The title of the check run while work goes on."""
    return plain(f"Checking {subject(check)}", TITLE_CHARACTERS)


def started_summary(url: str) -> str:
    """What the check run says below its title while work goes on."""
    return f"[Watch the check]({url}). Nothing of it will be published."


def final_title(check: CommitCheck) -> str:
    """The title of the check run at the end."""
    end = _ENDS.get(check.state, _NOT_CHECKED)
    errors = sum(problem.severity is Severity.ERROR for problem in check.problems)
    if check.state is BuildState.FAILED and errors:
        return f"{end}: {errors} to cure"
    return plain(f"{end}: {check.outcome}", TITLE_CHARACTERS)


def final_summary(check: CommitCheck, url: str, problems_url: str) -> str:
    """What the check run says below its title: every problem with its place, page and cure."""
    lines = [code(check.outcome), "", *problem_lines(check.problems, problems_url, ENGLISH)]
    if check.state is BuildState.ERRORED:
        lines += ["", "This is no fault of the commit. Re-run the check to try it again."]
    lines += ["", f"Nothing was published. [Steps and log of the check]({url})"]
    return cut("\n".join(lines), "the rest is on the page of the check", url)
