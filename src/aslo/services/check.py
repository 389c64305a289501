"""Check a bundle: everything that is wrong with it, at once, from the bytes to be served."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from aslo.domain.activity import Details
from aslo.domain.archive import open_archive
from aslo.domain.bundle import Bundle, file_name, read_bundle
from aslo.domain.declared import declared_name
from aslo.domain.errors import BadBundleError
from aslo.domain.info import INFO_FILE, ActivityInfo
from aslo.domain.problem import Problem, Severity, in_order
from aslo.domain.version import ActivityVersion, version_in

MOST_OF_A_KIND = 10
"""A report must stay readable when one mistake is made a thousand times."""


@dataclass(frozen=True, slots=True)
class CheckedBundle:
    """A bundle that may be published, and what it says of itself."""

    bundle_id: str
    version: str
    details: Details
    content_digest: str
    file_name: str
    icon: bytes | None
    warnings: tuple[Problem, ...]
    repository: str = ""
    """The `owner/name` at GitHub that it says is its source."""


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was found in a bundle; no `bundle` if its records or activity.info are of no use."""

    bundle: Bundle | None
    problems: tuple[Problem, ...]
    digest: str = ""


def examine_bundle(path: Path, *, tag: str | None = None) -> Examined:
    """Look at the bundle at a path, whatever is wrong with it."""
    try:
        with path.open("rb") as file:
            archive = open_archive(file)
            bundle = read_bundle(archive)
    except BadBundleError as error:
        return Examined(None, error.problems)
    found = (*archive.faults, *bundle.problems, *tag_faults(bundle.info, tag))
    return Examined(bundle, found, archive.digest)


def check_bundle(path: Path, *, tag: str | None = None) -> CheckedBundle:
    """Check the bundle at a path; BadBundleError with every problem if there is an error."""
    found = examine_bundle(path, tag=tag)
    problems = tuple(few_of_each_kind(found.problems))
    bundle = found.bundle
    if bundle is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise BadBundleError(problems)
    return CheckedBundle(
        bundle_id=bundle.info.bundle_id,
        version=bundle.info.version,
        details=bundle.details,
        content_digest=found.digest,
        file_name=file_name(bundle.info),
        icon=bundle.icon,
        warnings=problems,
        repository=declared_name(bundle.info.repository, bundle.info.homepage),
    )


def tag_faults(info: ActivityInfo, tag: str | None) -> Iterator[Problem]:
    """The warning about a tag that tells another version than activity.info."""
    said = version_in(tag or "")
    if not said:
        return
    try:
        same = ActivityVersion.parse(said) == ActivityVersion.parse(info.version)
    except ValueError:
        return
    if not same:
        line = (info.lines or {}).get("activity_version")
        message = f"the tag {tag} says version {said}, but activity_version is {info.version}"
        remedy = "Give the next release a tag that equals its activity_version."
        yield Problem("tag-differs", message, remedy, INFO_FILE, line, Severity.WARNING)


def few_of_each_kind(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Errors first, each once, and only the first few of a kind."""
    counts: Counter[tuple[str, Severity]] = Counter()
    last: dict[tuple[str, Severity], Problem] = {}
    for problem in in_order(problems):
        kind = problem.code, problem.severity
        counts[kind] += 1
        last[kind] = problem
        if counts[kind] <= MOST_OF_A_KIND:
            yield problem
    for kind, problem in last.items():
        if (more := counts[kind] - MOST_OF_A_KIND) > 0:
            message = f"at least {more} more of the same kind ({problem.code})"
            yield replace(problem, message=message, file=None, line=None)
