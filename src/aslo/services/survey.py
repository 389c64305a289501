"""What bundles lie in a folder, in the order in which they came into the world."""

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aslo.domain.activity import fold
from aslo.domain.glance import Glance, glance
from aslo.domain.import_errors import BundleFileError
from aslo.domain.imported import Stamp

SUFFIX = ".xo"
GIT = ".git"


@dataclass(frozen=True, slots=True)
class Found:
    """A name that ends in `.xo`, and why it cannot be read if it cannot."""

    stamp: Stamp
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bundle to import: when it was published, and whose its activity is said to be."""

    stamp: Stamp
    published_at: datetime
    repository: str = ""
    begun_at: datetime | None = None
    """When the oldest bundle of its activity was published."""
    tag: str = ""
    """Of a git tree, whose commit the stamp has."""
    made: Path | None = None
    """The bundle that was made of that tag."""

    @property
    def path(self) -> Path:
        return self.made or Path(self.stamp.path)


def find(folder: Path) -> Iterator[Found]:
    """Every name below a folder that ends in `.xo`, sorted; BundleFileError if a folder cannot
    be listed. Links are told of, not followed; git's own folders are passed over."""

    def refuse(error: OSError) -> None:
        raise BundleFileError(f"{error.filename} cannot be listed: {error.strerror}") from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders.sort()
        for name in sorted([*files, *filter(_is_bundle, folders)]):
            if _is_bundle(name):
                yield _found(os.path.join(place, name))  # noqa: PTH118  # half the time of Path
        folders[:] = [name for name in folders if not _is_bundle(name) and name != GIT]


def trees(folder: Path) -> Iterator[Path]:
    """Every git repository in a folder and below it, bare or with its work tree, sorted; what is
    another's submodule is that one's."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        if bare := "HEAD" in files and {"objects", "refs"} <= set(folders):
            folders.clear()
        if bare or GIT in folders:
            yield Path(place)
        folders[:] = [name for name in folders if name != GIT]


def is_still(stamp: Stamp) -> bool:
    """Whether a file is as it was; a commit is for ever."""
    if stamp.commit:
        return True
    try:
        return _stamp(stamp.path, os.lstat(stamp.path)) == stamp
    except OSError:
        return False


def in_order(stamps: Iterable[Stamp], now: datetime) -> list[list[Candidate]]:
    """The candidates activity by activity, that with the oldest bundle first, and within each
    from the lowest version up; those that nothing can be seen of come last."""
    groups, dark = defaultdict(list), []
    for stamp in stamps:
        seen = _look(stamp)
        published_at = _published_at(seen, stamp, now)
        if seen is None:
            dark.append([Candidate(stamp, published_at)])
        else:
            groups[fold(seen.bundle_id)].append((seen, published_at, stamp))
    ordered = [_group(group) for group in groups.values()]
    ordered.sort(key=lambda group: (group[0].begun_at or now, group[0].stamp.path))
    return ordered + dark


def _group(group: list[tuple[Glance, datetime, Stamp]]) -> list[Candidate]:
    group.sort(key=lambda item: (item[0].version, item[1], item[2].path))
    # The newest word counts: activities move to other repositories.
    repository = next((seen.repository for seen, _, _ in reversed(group) if seen.repository), "")
    begun_at = min(published_at for _, published_at, _ in group)
    return [Candidate(stamp, moment, repository, begun_at) for _, moment, stamp in group]


def _look(stamp: Stamp) -> Glance | None:
    try:
        with open(stamp.path, "rb") as file:  # noqa: PTH123  # as it came from the folder
            return glance(file)
    except OSError:
        return None  # Its check will say why.


def _published_at(seen: Glance | None, stamp: Stamp, now: datetime) -> datetime:
    """The newest date inside, or that of the file; a bundle from the future is from today."""
    if seen is not None and seen.packed_at is not None and seen.packed_at <= now:
        return seen.packed_at
    try:
        written_at = datetime.fromtimestamp(stamp.modified_ns // 10**9, UTC)
    except (OverflowError, ValueError, OSError):
        return now  # Some file systems can keep years that a date cannot.
    return min(written_at, now)


def _is_bundle(name: str) -> bool:
    return name.lower().endswith(SUFFIX)


def _found(path: str) -> Found:
    status = os.lstat(path)
    fault = ""
    if stat.S_ISLNK(status.st_mode):
        fault = "it is a symbolic link, and links are not followed"
    elif not stat.S_ISREG(status.st_mode):
        fault = "it is no ordinary file"
    return Found(_stamp(path, status), fault)


def _stamp(path: str, status: os.stat_result) -> Stamp:
    return Stamp(path, status.st_size, status.st_mtime_ns, status.st_ino)
