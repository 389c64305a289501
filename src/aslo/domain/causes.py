"""Why a release is not where its developer looks for it: each cause in plain words, with its cure.

docs/why.md has them all in a table.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

NOTHING_TO_DO = "Nothing to do but wait."


class Reason(StrEnum):
    """What a cause is called; stable."""

    NO_REPOSITORY = "no-repository"
    UNKNOWN_HERE = "unknown-here"
    NO_TAG = "no-tag"
    NO_RELEASE = "no-release"
    TAG_WITHOUT_RELEASE = "tag-without-release"
    DRAFT = "draft"
    NO_HOOK = "no-hook"
    NOT_TOLD = "not-told"
    WRONG_SECRET = "wrong-secret"  # noqa: S105  # a name, and no secret
    REFUSED = "refused"
    NOT_ARRIVED = "not-arrived"
    IGNORED = "ignored"
    UNSETTLED = "unsettled"
    QUEUED = "queued"
    AWAITS_ASSET = "awaits-asset"
    FORGE_PAUSES = "forge-pauses"
    TRIED_AGAIN = "tried-again"
    RUNNING = "running"
    FAILED = "failed"
    ID_TAKEN = "id-taken"
    ID_UNASSIGNED = "id-unassigned"
    VERSION_TAKEN = "version-taken"
    ERRORED = "errored"
    SUPERSEDED = "superseded"
    TAKEN_BACK = "taken-back"
    HIDDEN = "hidden"
    LOOK_ALIKE = "look-alike"
    LOST = "lost"
    CATALOG_LAGS = "catalog-lags"
    NOT_HIGHEST = "not-highest"
    PRERELEASE = "prerelease"
    NEEDS_PYTHON_3 = "needs-python-3"
    NEEDS_NEWER_SUGAR = "needs-newer-sugar"
    NEEDS_OLDER_SUGAR = "needs-older-sugar"
    DOTTED_VERSION = "dotted-version"
    ANSWER_WAITS = "answer-waits"
    ANSWER_DROPPED = "answer-dropped"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a link of the chain does not hold, and what to do about it."""

    reason: Reason
    why: str
    cure: str


class Said(NamedTuple):
    """What is said of a reason; names in braces are filled in."""

    why: str
    cure: str


SENTENCES = MappingProxyType(
    {
        Reason.NO_REPOSITORY: Said(
            "The forge shows no public repository {name}.",
            "Check how it is spelled. If it is private, make it public: nothing of a private "
            "repository is listed.",
        ),
        Reason.UNKNOWN_HERE: Said(
            "Nothing of {name} ever came to this store, and the forge cannot be asked now.",
            "Look again in a minute.",
        ),
        Reason.NO_TAG: Said(
            "{name} has no tag.",
            "Tag the commit and push the tag, then make a release of it on GitHub.",
        ),
        Reason.NO_RELEASE: Said(
            "{name} has the tag {tag}, but no release on GitHub: a tag alone is not published.",
            "Make a release of the tag on GitHub. If there is one already, it is a draft: "
            "publish it.",
        ),
        Reason.TAG_WITHOUT_RELEASE: Said(
            "The newest tag, {newest}, has no release on GitHub; the newest release is {tag}.",
            "Make a release of {newest} on GitHub. If there is one already, it is a draft: "
            "publish it.",
        ),
        Reason.DRAFT: Said(
            "The release of {tag} is a draft, which only its developers see.",
            "Publish it on GitHub.",
        ),
        Reason.NO_HOOK: Said(
            "Nothing ever came from {name}: as far as is known here, no webhook and no App tells "
            "this store of its releases.",
            "Set up the webhook as the help for developers says, or ask those who run this store "
            "for their GitHub App. Then replay the release, or publish the next one.",
        ),
        Reason.NOT_TOLD: Said(
            "Nobody told this store of the release of {tag}: it may be older than the webhook.",
            "Redeliver it on GitHub, in the settings of the webhook, or replay it here.",
        ),
        Reason.WRONG_SECRET: Said(
            "GitHub signs what it sends of {name} with another secret than this store knows.",
            "Write the secret that you were given into the settings of the webhook, then redeliver "
            "the delivery there.",
        ),
        Reason.REFUSED: Said(
            "This store could not read what GitHub sent of {name}, and answered {code}.",
            "Set the webhook's content type to application/json, then redeliver the delivery.",
        ),
        Reason.NOT_ARRIVED: Said(
            "GitHub sent a delivery of {name}, and {code}.",
            "Nothing to do: it is asked for again within minutes.",
        ),
        Reason.IGNORED: Said(
            "A delivery of {tag} came and was ignored: {outcome}.",
            "If that is not so any more, redeliver it on GitHub, or replay it here.",
        ),
        Reason.UNSETTLED: Said(
            "The delivery came, and its build is about to be queued.",
            NOTHING_TO_DO,
        ),
        Reason.QUEUED: Said(
            "The build waits for its turn; builds that are before it: {before}.",
            NOTHING_TO_DO,
        ),
        Reason.AWAITS_ASSET: Said(
            "The build waits for an attached bundle that is still being uploaded: {outcome}",
            "Let the upload come to its end, or remove the attached file from the release.",
        ),
        Reason.FORGE_PAUSES: Said(
            "The build waits until GitHub may be asked again.", NOTHING_TO_DO
        ),
        Reason.TRIED_AGAIN: Said(
            "The build had trouble on our side, and is tried again soon: {outcome}",
            NOTHING_TO_DO,
        ),
        Reason.RUNNING: Said("The build is at work.", "Watch it on its page."),
        Reason.FAILED: Said("The build failed: {outcome}.", "{cure}"),
        Reason.ID_TAKEN: Said("The bundle id is another's: {outcome}.", "{cure}"),
        Reason.ID_UNASSIGNED: Said(
            "The bundle id is of an imported activity that waits for its repository: {outcome}.",
            "{cure}",
        ),
        Reason.VERSION_TAKEN: Said("The version is there already: {outcome}.", "{cure}"),
        Reason.ERRORED: Said(
            "The build was given up after several tries, because of trouble on our side: {outcome}",
            "It is no fault of the release. Redeliver the webhook on GitHub; if it happens again, "
            "tell those who run this store.",
        ),
        Reason.SUPERSEDED: Said(
            "The same version with the same content was published already.",
            "Raise activity_version in activity/activity.info, then release again.",
        ),
        Reason.TAKEN_BACK: Said(
            "Version {version} was taken back: its release on GitHub was deleted, or made a draft.",
            "Publish the release on GitHub again.",
        ),
        Reason.HIDDEN: Said(
            "Version {version} was taken off the lists while its repository was private.",
            "If the repository is public, nothing: it is listed again within minutes. If not, make "
            "it public.",
        ),
        Reason.LOOK_ALIKE: Said(
            "Version {version} waits for a person of this store: its bundle id {bundle_id} is "
            "easily taken for {higher}.",
            "Wait, or ask those who run this store; or choose a bundle id that looks less alike.",
        ),
        Reason.LOST: Said(
            "The bundle of version {version} is missing or damaged at rest, so it is not listed.",
            "Redeliver the webhook of that release on GitHub: the same bundle is put back.",
        ),
        Reason.CATALOG_LAGS: Said(
            "Version {version} is listed in the record, and this machine does not show it yet; "
            "changes it has still to follow: {before}.",
            "Nothing to do: it takes seconds. If it takes longer, tell those who run this store.",
        ),
        Reason.NOT_HIGHEST: Said(
            "Version {version} is listed, but version {higher} is higher, so learners get that.",
            "Release again with an activity_version above {higher}. If that one was a mistake, "
            "delete its release on GitHub.",
        ),
        Reason.PRERELEASE: Said(
            "Version {version} is a pre-release: only those who ask for the testing channel are "
            "offered it.",
            "Take the mark of a pre-release off on GitHub when it is ready for all.",
        ),
        Reason.NEEDS_PYTHON_3: Said(
            "Version {version} needs Python 3, which Sugar has from {sugar} on.",
            "Nothing is wrong: older Sugars keep an older version. To reach them, release one for "
            "Python 2 too.",
        ),
        Reason.NEEDS_NEWER_SUGAR: Said(
            "Version {version} needs Sugar {sugar} or later.",
            "Nothing is wrong: older Sugars keep an older version.",
        ),
        Reason.NEEDS_OLDER_SUGAR: Said(
            "Version {version} runs up to Sugar {sugar}: later ones lack what it was written for.",
            "Port it to Python 3 and GTK 3 (sugar-activity3), then release a new version.",
        ),
        Reason.DOTTED_VERSION: Said(
            "Sugar before 0.92 reads only whole numbers as versions, and {version} is none.",
            "Release with a whole number as activity_version, if such old Sugars matter.",
        ),
        Reason.ANSWER_WAITS: Said(
            "The answer on the commit has not been written yet: GitHub limits how much one may "
            "write.",
            NOTHING_TO_DO,
        ),
        Reason.ANSWER_DROPPED: Said(
            "The answer on the commit could not be written there.",
            "Read the build's page instead; it says the same.",
        ),
    }
)


def cause(reason: Reason, **said: object) -> Cause:
    """The cause with what its sentences name; KeyError if something is not said."""
    why, cure = SENTENCES[reason]
    told = {name: str(value) for name, value in said.items()}
    return Cause(reason, why.format_map(told), cure.format_map(told))
