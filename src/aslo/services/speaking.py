"""Find out in which language the developers of a release are told of it."""

from pathlib import Path

from aslo.domain.build import Build
from aslo.domain.settings import SETTINGS_FILE, wished_language
from aslo.domain.settings_file import MAX_BYTES
from aslo.domain.voice import Voice
from aslo.ports import Store, Words
from aslo.services.attempt import Attempt
from aslo.services.tree_text import read_text
from aslo.services.workbench import Workbench


def voice_of(build: Build, words: Words) -> Voice:
    """The voice in which its developers are told of a build."""
    return words.voice(build.language)


def recall(attempt: Attempt[Build], store: Store) -> None:
    """Until the tree is at hand, tell in the language that an activity of its repository had."""
    if not attempt.build.language:
        known = store.activities_of_repository(attempt.build.repository.id)
        language = next((each.language for each in known if each.language), "")
        attempt.note(language=language)


def listen(attempt: Attempt[Build], tree: Path | None, bench: Workbench) -> None:
    """Tell from now on in the language that the tree wishes; what was known stays where there is
    no tree, and a wish that cannot be met is told of."""
    if tree is None:
        attempt.note(problems=())
        return
    data = read_text(tree / SETTINGS_FILE, MAX_BYTES)
    wish = wished_language(data or b"", bench.words.languages)
    attempt.note(language=wish.lang, problems=wish.problems)
    for problem in wish.problems:
        attempt.log(f"{problem.severity}: {problem}")
