"""Every error ASLO raises on purpose; docs/errors.md has them all in a table.

AsloError
├── AuthorError   the activity's author can cure it: report, never retry
├── OutageError   ours or a service's: retry, never blame the author
│   └── StoreError, ForgeError, FilesError, CatalogError, BuilderError, SiteError, BusyError
└── what else is nobody's fault, or for the operator to cure
"""

from collections.abc import Iterable
from datetime import timedelta

from aslo.domain.problem import Problem


class AsloError(Exception):
    """Root of all errors raised on purpose; `code` is stable, `hint` says what to do."""

    code = "aslo-error"
    hint = "Ask the operator of this store."

    @property
    def message(self) -> str:
        return str(self)


class AuthorError(AsloError):
    """The activity's author can cure it."""

    code = "author-error"
    hint = "Mend what the message names, then release again."

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What to tell the author; a single problem unless the class carries a list."""
        return (Problem(self.code, self.message, self.hint),)


class BadQuestionError(AsloError):
    """A question to the API cannot be read."""

    code = "bad-question"
    hint = "Ask as /api/v1/openapi.json describes it."


class BadSignatureError(AuthorError):
    """A delivery is not signed with the webhook secret."""

    code = "bad-signature"
    hint = "Set the same secret in the repository's webhook settings and in ASLO."


class BadDeliveryError(AuthorError):
    """A delivery is signed but cannot be read."""

    code = "bad-delivery"
    hint = "Let GitHub send the webhook: content type application/json, event Releases."


class TagNotFoundError(AuthorError):
    """The release names a tag that the repository does not have."""

    code = "tag-not-found"
    hint = "Push the tag, then redeliver the webhook or publish the release again."

    def __init__(self, tag: str, repository: str) -> None:
        super().__init__(f"there is no tag {tag!r} in {repository}")


class BadSourceError(AuthorError):
    """The source tree at the tag cannot be fetched or used as it is."""

    code = "bad-source"
    hint = "Check that the tagged commit can be cloned, then release again."
    is_gone: bool = False
    """Whether the forge has the commit no more."""


class BuildFailedError(AuthorError):
    """The build of the source tree gave no usable bundle."""

    code = "build-failed"
    hint = "Read the build log, mend the tree, then release a new version."

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self._problems = tuple(problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems or super().problems


class BadAssetError(AuthorError):
    """The attached bundle is not what the forge announced."""

    code = "bad-asset"
    hint = "Attach the .xo file to the release again, then redeliver the webhook."


class BadBundleError(AuthorError):
    """A bundle breaks rules; `problems` lists every one found."""

    code = "bad-bundle"
    hint = "Cure every problem listed, then release a new version."

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        if not self._problems:
            raise ValueError("a BadBundleError needs at least one problem")
        noun = "problem" if len(self._problems) == 1 else "problems"
        super().__init__(f"the bundle has {len(self._problems)} {noun}")

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems


class BundleIdTakenError(AuthorError):
    """A bundle id, or one that looks like it, belongs to another repository."""

    code = "bundle-id-taken"
    hint = "Choose a bundle_id of your own in activity/activity.info, then release again."

    def __init__(self, bundle_id: str, taken: str, owner: str) -> None:
        looks = "" if bundle_id == taken else f" looks like {taken}, which"
        whose = owner or "an imported activity"
        super().__init__(f"bundle_id {bundle_id}{looks} belongs to {whose}")


class BundleIdUnassignedError(AuthorError):
    """A bundle id was imported, and the operator has not said that it is this repository's."""

    code = "bundle-id-unassigned"
    hint = "Ask the operator of this store to assign it, then redeliver the webhook."

    def __init__(self, bundle_id: str, declared: str, repository: str) -> None:
        whose = f"for {declared}" if declared else "without naming a repository"
        told = f"bundle_id {bundle_id} was imported {whose}, and {repository} is another"
        cure = f"`aslo assign {bundle_id} {repository}`"
        super().__init__(f"{told}; the operator can run {cure}")


class VersionTakenError(AuthorError):
    """A version is published already, with other content."""

    code = "version-taken"
    hint = "Raise activity_version in activity/activity.info, then release again."

    def __init__(self, bundle_id: str, version: str, tag: str) -> None:
        whence = f"tag {tag}" if tag else "an imported bundle"
        taken = f"activity_version {version} of {bundle_id} is published already"
        super().__init__(f"{taken}, with other content, from {whence}")


class BackupError(AsloError):
    """A backup cannot be made, or cannot be trusted, as it is."""

    code = "backup"
    hint = "See docs/operations/backup.md."


class ActivityOwnedError(AsloError):
    """An activity has a repository of the forge, so nobody assigns it by hand."""

    code = "activity-owned"
    hint = "Transfer or rename the repository at the forge, then release from it."


class NotFoundError(AsloError):
    """Nothing by that name."""

    code = "not-found"
    hint = "Check the address, or search for it."


class StaleClaimError(AsloError):
    """Another worker holds the build now; whoever sees this must stop quietly."""

    code = "stale-claim"
    hint = "Nothing to do: the build goes on elsewhere."


class OutageError(AsloError):
    """We or a service must recover: retry, never blame the author."""

    code = "outage"
    hint = "Nothing to do: we will try again."

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ForgeError(OutageError):
    """The forge (GitHub or its like) did not answer as its contract says."""

    code = "forge-outage"


class ForgeUnreachedError(ForgeError):
    """The forge did not answer at all."""


class ForgeLimitError(ForgeError):
    """The forge wants to be left alone for a while, and `retry_after` says for how long."""

    code = "forge-limit"

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message, retry_after=retry_after)
        self.pause = retry_after


class ForgeHeldError(ForgeLimitError):
    """The forge is left alone by ourselves: it was not asked at all."""

    code = "forge-held"


class StoreError(OutageError):
    """The record cannot be read or written."""

    code = "store-outage"


class BusyError(OutageError):
    """Too much is asked for at once to be held in memory."""

    code = "busy"
    hint = "Send it again in a minute."


class MalformedDocumentError(StoreError):
    """One row of the record cannot be read; the others can."""

    code = "malformed-document"


class UnfinishedRecordError(StoreError):
    """A restore or a transfer into the record did not come to its end."""

    code = "unfinished-record"
    hint = "Run `aslo restore` or `aslo transfer` into it again: it begins anew."

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} is unfinished: what fills it was cut off, or is still at it")


class FilesError(OutageError):
    """A stored file cannot be read or written."""

    code = "files-outage"


class CatalogError(OutageError):
    """The catalog cannot be read or written; it can be made again from the record."""

    code = "catalog-outage"


class BuilderError(OutageError):
    """The builder itself is broken; the tree may be fine."""

    code = "builder-outage"


class SiteError(OutageError):
    """The public site does not show what was published."""

    code = "site-outage"
