"""Build one activity inside a sandbox: Sugar's own bundle builder, started in one fixed way.

Run by the sandbox's python3, which has the standard library and sugar3, and nothing of aslo:

    python3 -E -s -S -B driver.py TREE SCRATCH [run-setup]

Standard output carries one line of JSON and then the bundle; everything else is the log.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

# In the sandbox they stand beside this one.
from canonical_zip import Member, ZipEntry, write_canonical_zip  # type: ignore[import-not-found]
from driver_places import (  # type: ignore[import-not-found]
    CAUSE_FILE,
    INFO_FILE,
    UNREADABLE_FILE,
    left,
)

EXECUTABLE = b"100755"
Listed = dict[bytes, bool]
"""The names of files, and whether each is executable."""

_PACK = ["-E", "-s", "-B", str(Path(__file__).with_name("driver_packing.py"))]
_LEAST_ROOM_BYTES = 64 * 1024
_READ_THE_LOG = "Read the build log, mend the tree, then release a new version."
_UNUSABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OSError),
)
"""What zipfile raises over a file that is none, or none that it can read."""
_GIT_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
}


class Refusal(Exception):  # noqa: N818  it is the answer, not an error of ours
    """There will be no bundle; says why, for the author, in the words of a problem."""

    def __init__(self, code: str, message: str, remedy: str, file: str | None = None) -> None:
        super().__init__(message)
        self.told = {"code": code, "message": message, "remedy": remedy, "file": file}


def main(tree: Path, scratch: Path, *, run_setup: bool) -> int:
    """Build, and answer on standard output; the exit status says whether there is a bundle."""
    answer = _take_standard_output()
    _end_with_the_worker()
    try:
        bundle = _build(tree, scratch, run_setup=run_setup)
    except Refusal as refusal:
        _answer(answer, {"problem": refusal.told})
        return 1
    except Exception as error:  # noqa: BLE001  whatever it is, the worker must be told
        _answer(answer, _unforeseen(error))
        return 1
    _answer(answer, {"bundle": bundle.name, "size_bytes": bundle.stat().st_size})
    with bundle.open("rb") as file:
        shutil.copyfileobj(file, answer)
    answer.close()
    return 0


def _unforeseen(error: Exception) -> dict[str, object]:
    """The answer about what no refusal foresaw: a full disk, or else a fault of ours."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return {"problem": _full().told}
    sys.excepthook(type(error), error, error.__traceback__)
    return {"fault": f"{type(error).__name__}: {error}"[:300]}


def _take_standard_output() -> BinaryIO:
    """Keep standard output for the answer; what anything else prints goes to the log."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


def _answer(answer: BinaryIO, content: dict[str, object]) -> None:
    answer.write(json.dumps(content).encode() + b"\n")
    answer.flush()


def _end_with_the_worker() -> None:
    """Die when whoever holds the other end of standard input is gone."""

    def wait() -> NoReturn:
        with suppress(OSError):
            os.read(0, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _build(tree: Path, scratch: Path, *, run_setup: bool) -> Path:
    work = scratch / "copy"
    # It takes as long to start as the tree takes to copy.
    packing = None if run_setup else _start(_PACK, scratch, subprocess.PIPE)
    _copy(tree, work)
    moment, listed = _from_git(work)
    if packing is None:
        _require_setup(work)
        setup = _start(["setup.py", "dist_xo"], work, subprocess.DEVNULL)
        _finish(setup, work, "setup.py dist_xo")
    else:
        _require_info(work)
        _drop_nameless(work, listed)
        _drop_built_locale(work, listed)
        _finish(packing, work, "Sugar's bundle builder")
    made = _only_bundle(work / "dist")
    result = scratch / "result"
    result.mkdir()
    return _canonical(made, result / made.name, moment, listed, _unreadable(work))


def _copy(tree: Path, work: Path) -> None:
    try:
        shutil.copytree(tree, work, symlinks=True)
    except shutil.Error as error:
        _refuse_full(work)
        raise Refusal(
            "bad-source", f"the tree cannot be read: {error.args[0][0][2]}", _READ_THE_LOG
        ) from error
    # A committed bundle must not be taken for the one that is built here.
    _remove(work / "dist")


def _remove(path: Path) -> None:
    """Remove a folder with all in it, or a file or link, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _require_setup(work: Path) -> None:
    if not (work / "setup.py").is_file():
        cure = "Add setup.py, or remove run-setup from .aslo.toml."
        raise Refusal("no-setup", "there is no setup.py to run", cure, "setup.py")


def _require_info(work: Path) -> None:
    path = work / INFO_FILE
    if not path.is_file():
        message = f"there is no {INFO_FILE}"
        raise Refusal("no-info", message, f"Add {INFO_FILE} and commit it.", str(INFO_FILE))


def _drop_nameless(work: Path, listed: Listed) -> None:
    """Forget a translation of which the builder would make a catalog in no language."""
    if b"po/.po" in listed:
        _git(work, "rm", "--quiet", "--force", "--", "po/.po")


def _drop_built_locale(work: Path, listed: Listed) -> None:
    """Forget a committed `locale` where `po/` makes it anew: the builder would list it and
    delete it, or stumble if it is no folder."""
    built = [name for name in listed if name.partition(b"/")[0] == b"locale"]
    if built and any(name.startswith(b"po/") and name != b"po/.po" for name in listed):
        _git(work, "rm", "-r", "--quiet", "--cached", "--", "locale")
        _remove(work / "locale")
        _say(f"left out {len(built)} committed files in locale/, which is made from po/")


def _say(line: str) -> None:
    """A line for the log."""
    sys.stderr.write(f"{line}\n")


def _unreadable(work: Path) -> set[str]:
    """The languages whose compiled translations Python cannot read, and Sugar neither."""
    return set(left(work / UNREADABLE_FILE).split())


def _git(work: Path, *arguments: str) -> bytes | None:
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    environment = {**os.environ, **_GIT_ENVIRONMENT}
    done = subprocess.run(command, cwd=work, env=environment, stdout=subprocess.PIPE, check=False)
    return done.stdout if done.returncode == 0 else None


def _from_git(work: Path) -> tuple[int, Listed]:
    """When the commit was made, and the files that git lists."""
    told = _git(work, "log", "-1", "--no-show-signature", "--format=%ct", "HEAD")
    # Without git the bundle builder would silently pack whatever lies around.
    if told is None:
        message = "the folder is no git work tree with a commit"
        cure = "Commit the activity's files with git: git init, git add, git commit."
        raise Refusal("no-work-tree", message, cure)
    staged = _git(work, "ls-files", "--stage", "-z") or b""
    lines = [line.partition(b"\t") for line in staged.split(b"\0") if line]
    return int(told), {name: mode.startswith(EXECUTABLE) for mode, _, name in lines}


def _start(program: list[str], folder: Path, stdin: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **_GIT_ENVIRONMENT}
    return subprocess.Popen([sys.executable, *program], cwd=folder, env=environment, stdin=stdin)


def _finish(process: subprocess.Popen[bytes], work: Path, what: str) -> None:
    # Who was given a pipe waits for the name of the folder.
    process.communicate(os.fsencode(work) if process.stdin else None)
    if process.returncode == 0:
        return
    _refuse_full(work)
    ended = _ended(process.returncode)
    raise Refusal("build-failed", f"{what} {ended}{_cause(work)}", _READ_THE_LOG)


def _ended(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with exit status {status}"


def _cause(work: Path) -> str:
    cause = left(work / CAUSE_FILE)
    return f": {cause[:300]}" if cause else ""


def _refuse_full(work: Path) -> None:
    left = os.statvfs(work)
    if left.f_bavail * left.f_frsize < _LEAST_ROOM_BYTES or left.f_favail == 0:
        raise _full()


def _full() -> Refusal:
    message = "the build filled all the room it has on disk"
    return Refusal("build-disk", message, "Let the build write less.")


def _only_bundle(dist: Path) -> Path:
    """The one regular `.xo` file; a link, a second one, or another ending is refused."""
    found = sorted(os.scandir(dist), key=lambda entry: entry.name) if dist.is_dir() else []
    bundles = [entry for entry in found if entry.name.endswith(".xo")]
    cure = "Let the build leave one .xo file in dist/, and no other."
    if not bundles:
        others = ", ".join(entry.name for entry in found[:5])
        message = "the build ended well, but left no .xo file in dist/"
        raise Refusal("no-bundle", f"{message}, only {others}" if others else message, cure)
    if len(bundles) > 1:
        names = ", ".join(entry.name for entry in bundles[:5])
        message = f"the build left {len(bundles)} .xo files in dist/: {names}"
        raise Refusal("several-bundles", message, cure)
    if not bundles[0].is_file(follow_symlinks=False):
        message = f"dist/{bundles[0].name} is not a regular file"
        raise Refusal("bundle-not-a-file", message, cure)
    return Path(bundles[0].path)


def _canonical(made: Path, target: Path, moment: int, listed: Listed, unreadable: set[str]) -> Path:
    """The same files, in bytes that depend on nothing but the commit."""
    try:
        with zipfile.ZipFile(made) as archive:
            entries = _entries(archive, listed)
            kept = [entry for entry in entries if not _is_of(unreadable, entry.name)]
            write_canonical_zip(target, kept, moment)
    except _UNUSABLE as error:
        _refuse_full(target.parent)
        message = f"the build's {made.name} is no usable zip file: {error}"
        raise Refusal("not-a-zip", message, _READ_THE_LOG) from error
    return target


def _is_of(languages: set[str], name: str) -> bool:
    folders = name.split("/")[1:-1]
    return len(folders) > 1 and folders[0] == "locale" and folders[1] in languages


def _entries(archive: zipfile.ZipFile, listed: Listed) -> Iterator[ZipEntry]:
    # Of two entries with one name, the later is the one that unpacking leaves.
    last = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    for name, info in last.items():
        inner = name.partition("/")[2].encode(errors="surrogateescape")
        runs = listed.get(inner, False) and not inner.startswith(b"locale/")
        yield ZipEntry(name, Member(archive, info), runs)


if __name__ == "__main__":
    source, room, *wishes = sys.argv[1:]
    # All is answered, and Python would tidy up for as long as a translation takes to compile.
    os._exit(main(Path(source), Path(room), run_setup="run-setup" in wishes))
