"""What it costs to build in a sandbox: its start, and a real build beside a bare `dist_xo`."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from aslo.adapters import sandboxed_build
from aslo.adapters.builder_bubblewrap import BubblewrapBuilder
from aslo.adapters.builder_docker import DockerBuilder
from aslo.adapters.builder_plain import PlainBuilder
from aslo.adapters.local_tree import fetch_local
from aslo.adapters.sandbox import Command, Sandbox
from aslo.adapters.sandbox_bubblewrap import BubblewrapSandbox
from aslo.adapters.sandbox_docker import DockerSandbox
from aslo.domain.settings import SETTINGS_FILE
from aslo.ports import Builder, Limits
from bench.results import Part, middle
from fixtures.debian import real_activity

LIMITS = Limits()
IMAGE = os.environ.get("ASLO_BUILD_IMAGE", "aslo-build")
ACTIVITIES = ("write", "pippy", "memorize")
TARGETS = {"docker": (1.3, 0.5), "bubblewrap": (1.1, 0.05)}
TRUE = Command(("/bin/true",), 30, environment={"PATH": "/usr/bin:/bin"})
PYTHON = "/usr/bin/python3"
MEMORY = "/dev/shm"
"""Where the scratch folder of each sandbox is, too."""
BARE, DRIVER = "a bare `dist_xo`", "the driver alone"

Way = Callable[[], float]
"""Builds once, and returns the seconds it took."""


def measure(folder: Path, *, quick: bool) -> Part:
    """The same trees, bare and in each sandbox, round by round."""
    part = Part(
        "Sandboxes",
        "Activities of Debian, fetched as the store fetches them. A bare `dist_xo` is"
        " `python3 setup.py dist_xo` in a copy of the tree in memory; making the copy does not"
        " count. A build is all that the store does from the tree to the bundle: it checks, makes"
        " the sandbox, copies, runs Sugar's bundle builder, writes the bundle in canonical form,"
        " and removes the sandbox. By default a driver runs the bundle builder, and compiles two"
        " translations at a time; with `run-setup` it runs the very command of the bare one."
        " The driver alone is what runs in the sandboxes, run outside of any. The start is that"
        " of `/bin/true`, less that of a bare one.",
    )
    builders = _builders(part)
    _starts(part, [name for name in builders if name in TARGETS], 5 if quick else 15)
    for activity in ACTIVITIES[: 1 if quick else None]:
        _builds(part, folder / activity, activity, builders, 3 if quick else 7)
    return part


def _builders(part: Part) -> dict[str, Builder]:
    """The builders that work here."""
    every = {
        "docker": DockerBuilder(LIMITS, IMAGE),
        "bubblewrap": BubblewrapBuilder(LIMITS),
        "plain": PlainBuilder(LIMITS),
    }
    working: dict[str, Builder] = {}
    for name, builder in every.items():
        if reason := builder.available():
            part.missing(name, reason)
        else:
            working[name] = builder
    return working


def _starts(part: Part, names: list[str], rounds: int) -> None:
    sandboxes: dict[str, Sandbox] = {
        "docker": DockerSandbox(LIMITS, IMAGE),
        "bubblewrap": BubblewrapSandbox(LIMITS),
    }
    for name in names:
        run = sandboxes[name].run
        extra = [
            _seconds(lambda run=run: run(TRUE, _nothing)) - _seconds(_bare_true)
            for _ in range(rounds)
        ]
        part.at_most(f"{name}: start", middle(extra[1:]), TARGETS[name][1], "s")


def _builds(
    part: Part, folder: Path, activity: str, builders: dict[str, Builder], rounds: int
) -> None:
    tree, own = _trees(folder, activity)
    ways: dict[str, Way] = {BARE: lambda: _dist_xo(tree), DRIVER: lambda: _driver(tree)}
    for name, builder in builders.items():
        ways[name] = lambda builder=builder: _build(builder, tree, folder)
        if name in TARGETS:
            ways[_with_setup(name)] = lambda builder=builder: _build(builder, own, folder)
    took = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            took[name].append(way())
    kept = {name: seconds[1:] for name, seconds in took.items()}
    for name, seconds in kept.items():
        _tell(part, activity, name, seconds, kept[BARE])
    for name in TARGETS:
        if name in kept:
            _tell_added(part, f"{activity}: what {name} adds to {DRIVER}", kept[name], kept[DRIVER])


def _with_setup(name: str) -> str:
    return f"{name} with `run-setup`"


def _tell(part: Part, activity: str, name: str, seconds: list[float], bare: list[float]) -> None:
    what, took = f"{activity}: {name}", middle(seconds)
    if name == BARE:
        part.add(what, took, "s")
        return
    ratio = middle([one / other for one, other in zip(seconds, bare, strict=True)])
    note = f"{took:.3f} s" + ("; runs no code of the activity" if name == "plain" else "")
    if target := TARGETS.get(name.partition(" ")[0]):
        part.at_most(what, ratio, target[0], "of the bare one", note)
    else:
        part.add(what, ratio, "of the bare one", note)


def _tell_added(part: Part, what: str, seconds: list[float], alone: list[float]) -> None:
    pairs = list(zip(seconds, alone, strict=True))
    times = middle([one / other for one, other in pairs])
    part.add(what, middle([one - other for one, other in pairs]), "s", f"{times:.2f} times")


def _trees(folder: Path, activity: str) -> tuple[Path, Path]:
    """A tree as the store fetches it, and the same one that asks for its own setup.py."""
    folder.mkdir()
    tree = fetch_local(real_activity(activity), "HEAD", folder, LIMITS, _nothing)
    own = folder / "own"
    shutil.copytree(tree, own, symlinks=True)
    (own / SETTINGS_FILE).write_text("[build]\nrun-setup = true\n")
    return tree, own


def _dist_xo(tree: Path) -> float:
    """What a developer runs, in a copy that nothing was built in."""
    with TemporaryDirectory(dir=MEMORY) as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(tree, copy, symlinks=True)
        for left in ("dist", "locale"):
            with suppress(FileNotFoundError):
                shutil.rmtree(copy / left)
        return _seconds(lambda: _run([PYTHON, "setup.py", "dist_xo"], copy, scratch))


def _driver(tree: Path) -> float:
    """What the sandboxes run, by the machine's own Python."""
    driver = Path(sandboxed_build.__file__).with_name("driver.py")
    with TemporaryDirectory(dir=MEMORY) as scratch:
        program = [PYTHON, *sandboxed_build.PYTHON_OPTIONS, str(driver), str(tree), scratch]
        return _seconds(lambda: _run(program, tree, scratch))


def _run(command: list[str], folder: Path, scratch: str) -> None:
    with (
        TemporaryFile() as output,
        subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,  # Its end would end the driver.
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={**sandboxed_build.ENVIRONMENT, "HOME": scratch, "TMPDIR": scratch},
        ) as process,
    ):
        if process.wait() != 0:
            raise RuntimeError(f"{command} ended with {process.returncode}")


def _build(builder: Builder, tree: Path, folder: Path) -> float:
    with TemporaryDirectory(dir=folder) as into:
        return _seconds(lambda: builder.build(tree, Path(into), _nothing))


def _bare_true() -> None:
    subprocess.run(["/bin/true"], check=True)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _nothing(line: str) -> None:
    del line
