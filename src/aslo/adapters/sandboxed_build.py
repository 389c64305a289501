"""Build a tree with the fixed driver in a sandbox, and judge what comes out of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

import msgspec

from aslo.adapters.sandbox import SCRATCH, Command, Death, Outcome, Sandbox
from aslo.adapters.tree_files import is_packed, locate_all, without_built
from aslo.adapters.work_tree import survey
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.domain.problem import Problem
from aslo.domain.problem_kinds import KINDS
from aslo.domain.settings import SETTINGS_FILE, RepositorySettings
from aslo.domain.shown import shown
from aslo.ports import Limits, LogLine

_PYTHON = "/usr/bin/python3"
_TREE = "/source"
_DRIVER = "/driver"
_DRIVER_FILES = (
    *("driver.py", "driver_packing.py", "driver_catalogs.py", "driver_places.py"),
    "canonical_zip.py",
)
_LONGEST_HEADER = 16 * 1024
_MAX_SETTINGS_BYTES = 64 * 1024

PYTHON_OPTIONS = ("-E", "-s", "-S", "-B")
"""The driver needs nothing that is installed, and to look for it takes a third of its start."""

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    message: str
    remedy: str
    file: str | None = None


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    """The first line that the driver answers. Hostile code may have written it."""

    bundle: str | None = None
    size_bytes: int = 0
    problem: _Told | None = None
    fault: str | None = None
    """What went wrong in the driver itself."""


def build(
    sandbox: Sandbox,
    limits: Limits,
    tree: Path,
    into: Path,
    log: LogLine,
    *,
    bounded_as_a_whole: bool = True,
) -> Path:
    """See ports.Builder; the bundle is what the sandbox answered, under the name it gave.

    Where only each process is bounded, no code of the activity is run.
    """
    settings = _settings(tree)
    if not bounded_as_a_whole:
        _refuse_setup(settings)
        log("warning: no control group here: memory is limited for each process, not for them all")
    if settings.run_setup:
        log(f"running the repository's own setup.py, as {SETTINGS_FILE} asks")
    else:
        _refuse_unusable(tree)
    with TemporaryFile(dir=into) as output, _driver(into) as driver:
        command = _command(tree, driver, limits, settings)
        outcome = sandbox.run(command, _in_the_tree(log), output)
        output.seek(0)
        header = _header(output)
        _refuse_death(outcome, limits)
        if header.problem is not None:
            raise _failed(header.problem)
        if not outcome.succeeded or header.bundle is None:
            raise _no_bundle(sandbox, outcome, header, settings)
        return _collect(output, header, into, settings)


def _refuse_setup(settings: RepositorySettings) -> None:
    if settings.run_setup:
        message = "setup.py is not run where its processes' memory has no limit together"
        remedy = (
            "Build with --builder docker, or where control groups can be made, or attach a .xo."
        )
        raise BuildFailedError(message, [Problem("setup-not-run", message, remedy, SETTINGS_FILE)])


def _refuse_unusable(tree: Path) -> None:
    """The bundle builder would pack what a link leads to, in the sandbox or in `.git`."""
    surveyed = survey(tree)
    files = {file.name: file for file in surveyed.files if is_packed(file.name)}
    locate_all(surveyed, (files[name] for name in without_built(files)))


def _in_the_tree(log: LogLine) -> LogLine:
    """A log in which files stand by their names in the tree, as their author knows them."""
    return lambda line: log(line.replace(f"{SCRATCH}/copy/", ""))


def _command(tree: Path, driver: Path, limits: Limits, settings: RepositorySettings) -> Command:
    wishes = ("run-setup",) if settings.run_setup else ()
    program = (_PYTHON, *PYTHON_OPTIONS, f"{_DRIVER}/driver.py", _TREE, SCRATCH)
    return Command(
        argv=(*program, *wishes),
        seconds=limits.build_seconds,
        label=str(tree),
        shown={_TREE: tree, _DRIVER: driver},
        environment=ENVIRONMENT,
    )


@contextmanager
def _driver(into: Path) -> Iterator[Path]:
    """A copy of the driver beside the work: an engine in a container of its own sees only that."""
    with TemporaryDirectory(prefix=".driver-", dir=into) as name:
        folder = Path(name)
        # Read by somebody else, where we are root.
        folder.chmod(0o755)
        for each in _DRIVER_FILES:
            # None is imported here: they are for the sandbox's python3.
            (folder / each).write_bytes((Path(__file__).parent / each).read_bytes())
            (folder / each).chmod(0o644)
        yield folder


def _settings(tree: Path) -> RepositorySettings:
    try:
        # A link might lead out of the tree, and be read by us rather than by the sandbox.
        file = os.open(tree / SETTINGS_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return RepositorySettings()
    except OSError as error:
        raise _unreadable_settings() from error
    with os.fdopen(file, "rb") as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise _unreadable_settings()
        data = opened.read(_MAX_SETTINGS_BYTES + 1)
    if len(data) > _MAX_SETTINGS_BYTES:
        raise _unreadable_settings()
    return RepositorySettings.parse(data)


def _unreadable_settings() -> BuildFailedError:
    message = f"{SETTINGS_FILE} is no small regular file"
    remedy = "Commit it as a file of some lines, not as a link."
    return BuildFailedError(message, [Problem("bad-settings", message, remedy, SETTINGS_FILE)])


def _no_bundle(
    sandbox: Sandbox, outcome: Outcome, header: _Header, settings: RepositorySettings
) -> BuilderError | BuildFailedError:
    message = f"the build ended with exit status {outcome.exit_code} and no answer"
    if header.fault is not None:
        message = f"the build's driver broke down: {shown(header.fault)}"
    elif reason := sandbox.available():
        # To ask before each build would cost as much as its sandbox.
        return BuilderError(reason)
    # Where code of the activity ran, it may have stood in the driver's way.
    return BuildFailedError(message) if settings.run_setup else BuilderError(message)


def _header(output: BinaryIO) -> _Header:
    line = output.readline(_LONGEST_HEADER)
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(line, type=_Header)
    return _Header()


def _refuse_death(outcome: Outcome, limits: Limits) -> None:
    """Say what ended a build that did not end by itself."""
    megabytes = limits.memory_bytes // 1024**2
    said = {
        Death.TIME: (
            f"the build takes longer than {limits.build_seconds} seconds",
            "Let the build do less, or build elsewhere and attach the .xo to the release.",
        ),
        Death.MEMORY: (
            f"the build needs more than {megabytes} MiB of memory",
            "Let the build use less memory, or attach the .xo to the release.",
        ),
        Death.DISK: ("the build filled all the room it has on disk", "Let the build write less."),
        Death.LOG: (
            f"the build prints more than {limits.log_bytes} bytes",
            "Let the build print less.",
        ),
        Death.OUTPUT: ("the build's bundle is too large", "Leave out files not needed."),
        Death.KILLED: (
            "the build was killed before its end",
            "Look into the build log for what it did last.",
        ),
    }
    if outcome.death is not Death.EXIT:
        message, remedy = said[outcome.death]
        code = f"build-{outcome.death}"
        raise BuildFailedError(message, [Problem(code, message, remedy)])


def _failed(told: _Told) -> BuildFailedError:
    message, remedy = told.message[:500], told.remedy[:300]
    file = told.file[:200] if told.file else None
    # Hostile code may have answered in the driver's place.
    code = told.code if told.code in KINDS else BuildFailedError.code
    return BuildFailedError(message, [Problem(code, message, remedy, file)])


def _collect(output: BinaryIO, header: _Header, into: Path, settings: RepositorySettings) -> Path:
    """Copy the answered bundle to its name; nothing of it is believed but its bytes."""
    name = header.bundle or ""
    size = os.fstat(output.fileno()).st_size - output.tell()
    if size != header.size_bytes:
        raise _broken_answer(header.size_bytes, size, settings)
    if not _is_plain_name(name):
        message = f"the bundle's file name {shown(name)} cannot be used"
        remedy = "Let the build name it Name-version.xo."
        raise BuildFailedError(message, [Problem("bad-bundle-name", message, remedy)])
    target = into / name
    with target.open("xb") as file:
        while chunk := output.read(1024**2):
            file.write(chunk)
    return target


def _broken_answer(
    announced: int, given: int, settings: RepositorySettings
) -> BuilderError | BuildFailedError:
    message = f"the sandbox announced {announced} bytes but gave {given}"
    if not settings.run_setup:
        return BuilderError(message)
    # What ran beside the driver may have written into its answer, or into the bundle meanwhile.
    remedy = "Let setup.py end only when all that it started has ended."
    return BuildFailedError(message, [Problem("bundle-changed", message, remedy)])


def _is_plain_name(name: str) -> bool:
    return (
        name.endswith(".xo")
        and "/" not in name
        and not name.startswith(".")
        and name.isprintable()
        and len(name.encode(errors="replace")) <= 200
    )
