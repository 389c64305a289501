"""What need not be imported again, as the record itself bears out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from aslo.domain.errors import BadBundleError
from aslo.domain.import_errors import BundleFileError
from aslo.domain.imported import ImportOutcome, ImportState, Stamp, refusal
from aslo.ports import Store
from aslo.services.survey import Found


class Journal(Protocol):
    """What earlier runs found out; it can be deleted at any time, and only saves time."""

    def read(self) -> Mapping[Stamp, ImportOutcome]:
        """What became of each file, by how it was then."""

    def note(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Keep what became of some files; nothing is promised about a crash."""


def still_true(
    stamps: Iterable[Stamp], journal: Mapping[Stamp, ImportOutcome], store: Store
) -> list[ImportOutcome]:
    """The outcomes that hold without looking into the files again: what a check refused is
    refused still, and what came in is there if the record says so, whatever was noted."""
    found, by_activity = [], defaultdict(list)
    for stamp in stamps:
        outcome = journal.get(stamp)
        if outcome is None:
            continue
        if outcome.state is ImportState.REFUSED:
            found.append(outcome)
        else:
            by_activity[outcome.bundle_id].append(outcome)
    for bundle_id, outcomes in by_activity.items():
        listed = _listed(bundle_id, store)
        found += [
            replace(outcome, state=ImportState.ALREADY)
            for outcome in outcomes
            if listed.get(outcome.version) == outcome.content_digest
        ]
    return found


def faulty(found: Iterable[Found]) -> Iterator[ImportOutcome]:
    """What is said of the names that are no files."""
    for each in found:
        if each.fault:
            yield refusal(each.stamp, BundleFileError(each.fault))


def worth_noting(outcomes: Iterable[ImportOutcome]) -> list[ImportOutcome]:
    """The outcomes that the file alone decides: what the record refuses today it may take
    tomorrow, and a file that could not be read may be mended."""
    return [
        outcome
        for outcome in outcomes
        if outcome.state is not ImportState.REFUSED or outcome.code == BadBundleError.code
    ]


def _listed(bundle_id: str, store: Store) -> dict[str, str]:
    """The content of each release that its activity names, by its version."""
    activity = store.activity(bundle_id)
    versions = () if activity is None else activity.versions
    digests = {each.version: each.content_digest for each in store.releases(bundle_id)}
    return {version: digests[version] for version in versions if version in digests}
