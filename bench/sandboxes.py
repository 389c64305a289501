"""What it costs to build in a sandbox: its start, and what it adds to a real build."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from aslo.adapters import sandboxed_build
from aslo.adapters.builder_bubblewrap import BubblewrapBuilder
from aslo.adapters.builder_docker import DockerBuilder
from aslo.adapters.builder_plain import PlainBuilder
from aslo.adapters.sandbox import Command, Sandbox
from aslo.adapters.sandbox_bubblewrap import BubblewrapSandbox
from aslo.adapters.sandbox_docker import DockerSandbox
from aslo.ports import Builder, Limits
from bench.results import Part, middle
from fixtures.debian import real_activity

LIMITS = Limits()
IMAGE = os.environ.get("ASLO_BUILD_IMAGE", "aslo-build")
ACTIVITIES = ("write", "pippy")
TARGETS = {"docker": (1.3, 0.5), "bubblewrap": (1.1, 0.05)}
TRUE = Command(("/bin/true",), 30, environment={"PATH": "/usr/bin:/bin"})


def measure(folder: Path, *, quick: bool) -> Part:
    """The same trees, bare and in each sandbox, round by round."""
    part = Part(
        "Sandboxes",
        "Activities of Debian, built by the same driver, which runs Sugar's `dist_xo`: as a bare"
        " process, and in each sandbox. The start is that of `/bin/true`, less that of a bare one.",
    )
    builders = _builders(part)
    _starts(part, [name for name in builders if name in TARGETS], 5 if quick else 15)
    for activity in ACTIVITIES[: 1 if quick else None]:
        _builds(part, folder, activity, builders, 3 if quick else 7)
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
    tree = real_activity(activity)
    ways: dict[str, Callable[[], object]] = {"bare": lambda: _bare(tree)}
    for name, builder in builders.items():
        ways[name] = lambda builder=builder: _build(builder, tree, folder)
    took = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            took[name].append(_seconds(way))
    for name, seconds in took.items():
        part.add(f"{activity}: {name}", middle(seconds[1:]), "s")
    for name in builders:
        pairs = zip(took[name][1:], took["bare"][1:], strict=True)
        ratio = middle([mine / bare for mine, bare in pairs])
        what = f"{activity}: {name} against bare"
        if name in TARGETS:
            part.at_most(what, ratio, TARGETS[name][0], "times")
        else:
            part.add(what, ratio, "times", "packs by itself, runs no code of the activity")


def _bare(tree: Path) -> None:
    """The driver that the sandboxes run, by the machine's own Python."""
    driver = Path(sandboxed_build.__file__).with_name("driver.py")
    # In memory, as the scratch folder of each sandbox is.
    with TemporaryDirectory(dir="/dev/shm") as scratch, TemporaryFile() as output:
        process = subprocess.Popen(
            ["/usr/bin/python3", "-E", "-s", "-B", str(driver), str(tree), scratch],
            stdin=subprocess.PIPE,  # Its end would end the driver.
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={**sandboxed_build.ENVIRONMENT, "HOME": scratch, "TMPDIR": scratch},
        )
        if process.wait() != 0:
            raise RuntimeError(f"the driver ended with {process.returncode} over {tree}")


def _build(builder: Builder, tree: Path, folder: Path) -> None:
    with TemporaryDirectory(dir=folder) as into:
        builder.build(tree, Path(into), _nothing)


def _bare_true() -> None:
    subprocess.run(["/bin/true"], check=True)


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _nothing(line: str) -> None:
    del line
