"""Find out in which language the developers of a release are told of it."""

from pathlib import Path
from typing import Protocol

from aslo.domain.activity import Activity
from aslo.domain.build import Work
from aslo.domain.settings import SETTINGS_FILE, wished_language
from aslo.domain.settings_file import MAX_BYTES
from aslo.domain.voice import Voice
from aslo.ports import Words
from aslo.services.attempt import Attempt, Claimed
from aslo.services.tree_text import read_text


class Activities(Protocol):
    """What is asked of the record."""

    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        """See aslo.ports.Store."""


def voice_of(work: Work, words: Words) -> Voice:
    """The voice in which its developers are told of a build or a check."""
    return words.voice(work.language)


def recall(attempt: Attempt[Claimed], store: Activities) -> None:
    """Until the tree is at hand, tell in the language that an activity of its repository had."""
    if not attempt.build.language:
        known = store.activities_of_repository(attempt.build.repository.id)
        language = next((each.language for each in known if each.language), "")
        attempt.note(language=language)


def listen(attempt: Attempt[Claimed], tree: Path | None, words: Words) -> None:
    """Tell from now on in the language that the tree wishes; what was known stays where there is
    no tree, and a wish that cannot be met is told of."""
    if tree is None:
        attempt.note(problems=())
        return
    data = read_text(tree / SETTINGS_FILE, MAX_BYTES)
    wish = wished_language(data or b"", words.languages)
    attempt.note(language=wish.lang, problems=wish.problems)
    for problem in wish.problems:
        attempt.log(f"{problem.severity}: {problem}")
