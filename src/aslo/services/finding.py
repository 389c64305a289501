"""What a check found, as a value that can cross from one process to another."""

from dataclasses import dataclass
from pathlib import Path

from aslo.domain.errors import BadBundleError
from aslo.domain.import_errors import BundleFileError
from aslo.domain.problem import Problem
from aslo.services.check import CheckedBundle, check_bundle


@dataclass(frozen=True, slots=True)
class Finding:
    """A checked bundle, or its problems, or why the file cannot be read."""

    checked: CheckedBundle | None = None
    problems: tuple[Problem, ...] = ()
    fault: str = ""

    def result(self) -> CheckedBundle:
        """The checked bundle; BadBundleError or BundleFileError if there is none."""
        if self.checked is not None:
            return self.checked
        if self.problems:
            raise BadBundleError(self.problems)
        raise BundleFileError(self.fault)


def look_through(path: Path, tag: str | None = None) -> Finding:
    """Check a bundle; it never raises for what a file can be."""
    try:
        return Finding(check_bundle(path, tag=tag))
    except BadBundleError as error:
        return Finding(problems=error.problems)
    except OSError as error:
        return Finding(fault=f"it cannot be read: {error.strerror}")
