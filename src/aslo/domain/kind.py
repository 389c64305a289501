"""One kind of problem: all problems with the same code."""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What kinds of problems are about, in the order in which a developer meets them."""

    FORM = "The form of activity.info"
    SAID = "What activity.info says"
    ICON = "The icon"
    WORDS = "Translations"
    TREE = "The repository"
    BUILD = "The build"
    NAMES = "Names in the bundle"
    ZIP = "The bundle as a zip file"
    RELEASE = "The release"


@dataclass(frozen=True, slots=True)
class Kind:
    """A code, what it is about, what is wrong in a sentence, and what to do in another; plain
    English, for every problem with the code."""

    code: str
    topic: Topic
    title: str
    cure: str
