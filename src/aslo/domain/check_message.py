"""What the developer reads of the check of a commit; nothing in it could act."""

from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.message import code, cut, plain, problem_lines
from aslo.domain.problem import Severity
from aslo.domain.voice import ENGLISH, Voice, sentence

TITLE_CHARACTERS = 140

_ENDS = {
    BuildState.PASSED: sentence("Ready to be released"),
    BuildState.FAILED: sentence("Not ready to be released"),
    BuildState.ERRORED: sentence("Trouble on our side"),
}
_NOT_CHECKED = sentence("Not checked")
_WATCH = sentence("Watch the check")
_LOG = sentence("Steps and log of the check")
_NOTHING_WILL = sentence("Nothing of it will be published.")
_NOTHING_WAS = sentence("Nothing was published.")
_NO_FAULT = sentence("This is no fault of the commit.")
_AGAIN = sentence("Re-run the check to try it again.")


def subject(check: CommitCheck, voice: Voice = ENGLISH) -> str:
    """What is checked, in a few words."""
    number = check.head.pull_request
    if number is None:
        return check.head.branch
    return voice.say("pull request #%(number)s", number=number)


def started_title(check: CommitCheck, voice: Voice = ENGLISH) -> str:
    """The title of the check run while work goes on."""
    told = voice.say("Checking %(what)s", what=subject(check, voice))
    return plain(told, TITLE_CHARACTERS)


def started_summary(url: str, voice: Voice = ENGLISH) -> str:
    """What the check run says below its title while work goes on."""
    return f"[{voice.say(_WATCH)}]({url}). {voice.say(_NOTHING_WILL)}"


def final_title(check: CommitCheck, voice: Voice = ENGLISH) -> str:
    """The title of the check run at the end; the outcome is in English alone."""
    end = voice.say(_ENDS.get(check.state, _NOT_CHECKED))
    errors = sum(problem.severity is Severity.ERROR for problem in check.problems)
    if check.state is BuildState.FAILED and errors:
        return voice.say("%(end)s: %(count)s to cure", end=end, count=errors)
    told = f"{end}: {check.outcome}" if voice.lang == ENGLISH.lang else end
    return plain(told, TITLE_CHARACTERS)


def final_summary(check: CommitCheck, url: str, problems_url: str, voice: Voice = ENGLISH) -> str:
    """What the check run says below its title: every problem with its place, page and cure."""
    say = voice.say
    lines = [code(check.outcome), "", *problem_lines(check.problems, problems_url, voice)]
    if check.state is BuildState.ERRORED:
        lines += ["", f"{say(_NO_FAULT)} {say(_AGAIN)}"]
    lines += ["", f"{say(_NOTHING_WAS)} [{say(_LOG)}]({url})"]
    return cut("\n".join(lines), say("the rest is on the page of the check"), url)
