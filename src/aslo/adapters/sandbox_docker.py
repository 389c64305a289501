"""A sandbox in a container of a Docker engine, through its command line."""

import shutil
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from os import cpu_count, getuid
from typing import BinaryIO
from uuid import uuid4

import msgspec

from aslo.adapters.sandbox import (
    OPEN_FILES,
    SANDBOX_UID,
    SCRATCH,
    WRITABLE,
    Command,
    Death,
    Outcome,
    exited,
    hand_over,
)
from aslo.adapters.sandbox_stream import attend
from aslo.domain.errors import BuilderError
from aslo.ports import Limits, LogLine

IMAGE = "aslo-build"
LABEL = "aslo.build"
ENDS_LABEL = "aslo.ends"
"""When a container must be over, in seconds since 1970; the sweep goes by it."""

COPYING_DRIVER = "vfs"
_COPIES = "copies the whole image for each build: start it with --storage-driver overlay2"
_CPUS = 2
_OVER = ("exited", "dead")
_SMALLEST_FILE_BYTES = 4 * 1024
_ENGINE_SECONDS = 60
_GRACE_SECONDS = 30


class _State(msgspec.Struct, rename="pascal"):
    """What the engine tells of a container's end."""

    status: str
    exit_code: int = 0
    oom_killed: bool = msgspec.field(default=False, name="OOMKilled")


@dataclass(frozen=True, slots=True)
class DockerSandbox:
    """Runs a command in a new container: no root, no capability, nothing of ours in sight."""

    limits: Limits
    image: str = IMAGE
    network: str = "bridge"
    """The engine's network for commands that may have one."""

    def available(self) -> str | None:
        """See Sandbox."""
        if shutil.which("docker") is None:
            return "docker is not installed: apt-get install docker.io"
        try:
            _docker("version", "--format", "{{.Server.Version}}", seconds=10)
            driver = _docker("info", "--format", "{{.Driver}}", seconds=10).strip()
        except BuilderError as error:
            return f"{error}: start the engine, or set DOCKER_HOST"
        if driver == COPYING_DRIVER:
            return f"the engine's storage driver {driver} {_COPIES}"
        try:
            _docker("image", "inspect", self.image, seconds=10)
        except BuilderError:
            return f"the engine has no image {self.image}: make image"
        return None

    def run(self, command: Command, log: LogLine, output: BinaryIO | None = None) -> Outcome:
        """See Sandbox."""
        name = f"aslo-{uuid4().hex}"
        hand_over(command.writable)
        try:
            _docker("create", "--name", name, *self._options(command), self.image, *_argv(command))
            cut = self._attend(name, command, log, output)
            return Outcome(cut) if cut else _ended(name)
        finally:
            _remove([name])

    def _attend(
        self, name: str, command: Command, log: LogLine, output: BinaryIO | None
    ) -> Death | None:
        process = subprocess.Popen(
            ["docker", "start", "--attach", "--interactive", name],
            # The command may watch this pipe: when we die, it closes.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if output is None else subprocess.PIPE,
            start_new_session=True,
        )
        return attend(process, command, self.limits, log, output)

    def _options(self, command: Command) -> Iterable[str]:
        limits = self.limits
        # Our user, so that the tree can be read, but never our group: it may be the engine's.
        me = getuid() or SANDBOX_UID
        # The scratch folder is memory, so it must leave the command some.
        scratch = min(limits.disk_bytes, limits.memory_bytes // 2)
        yield from ("--pull", "never", "--interactive", "--init", "--log-driver", "none")
        yield from ("--label", f"{LABEL}={command.label}")
        yield from ("--label", f"{ENDS_LABEL}={int(time.time()) + command.seconds + 60}")
        yield from ("--network", self.network if command.network else "none")
        yield from ("--user", f"{me}:{SANDBOX_UID}", "--cap-drop", "ALL", "--ipc", "none")
        yield from ("--security-opt", "no-new-privileges", "--read-only")
        yield from ("--memory", str(limits.memory_bytes), "--memory-swap", str(limits.memory_bytes))
        yield from ("--pids-limit", str(limits.processes))
        yield from ("--cpus", str(min(_CPUS, cpu_count() or 1)))
        yield from ("--ulimit", f"nofile={OPEN_FILES}", "--ulimit", "core=0")
        yield from ("--ulimit", f"fsize={limits.disk_bytes}")
        files = scratch // _SMALLEST_FILE_BYTES
        room = f"size={scratch},nr_inodes={files}"
        yield from ("--tmpfs", f"{SCRATCH}:rw,nosuid,nodev,exec,mode=1777,{room}")
        yield from _mounts(command)
        for key, value in command.environment.items():
            yield from ("--env", f"{key}={value}")


def sweep() -> int:
    """Remove the containers that a worker left behind when it died; how many there were."""
    listed = _docker(
        "ps",
        "--all",
        "--filter",
        f"label={ENDS_LABEL}",
        "--format",
        f'{{{{.Names}}}} {{{{.Label "{ENDS_LABEL}"}}}}',
    )
    names = [
        name
        for name, ends in (line.split() for line in listed.splitlines())
        if int(ends) < time.time()
    ]
    _remove(names)
    return len(names)


def _argv(command: Command) -> tuple[str, ...]:
    # Should we die, nobody else would end it.
    return ("timeout", "--signal=KILL", str(command.seconds + _GRACE_SECONDS), *command.argv)


def _mounts(command: Command) -> Iterable[str]:
    for place, path in command.shown.items():
        yield from ("--mount", _mount(f"src={path.resolve()}", f"dst={place}", "readonly"))
    if command.writable is not None:
        yield from ("--mount", _mount(f"src={command.writable.resolve()}", f"dst={WRITABLE}"))
        yield from ("--workdir", WRITABLE)


def _mount(*fields: str) -> str:
    """One value of --mount, which is a line of CSV."""
    quoted = ('"' + text.replace('"', '""') + '"' for text in ("type=bind", *fields))
    return ",".join(quoted)


def _ended(name: str) -> Outcome:
    told = _docker("inspect", "--format", "{{json .State}}", name)
    state = msgspec.json.decode(told, type=_State)
    if state.status not in _OVER:
        # Its exit status is 0 now, which says nothing.
        raise BuilderError(f"the container is {state.status}, but the docker program ended")
    if state.oom_killed and state.exit_code != 0:
        return Outcome(Death.MEMORY, state.exit_code)
    return exited(state.exit_code)


def _remove(names: list[str]) -> None:
    # What cannot be removed now ends by its own time-out, and is swept later.
    with suppress(BuilderError):
        if names:
            _docker("rm", "--force", "--volumes", *names)


def _docker(*arguments: str, seconds: int = _ENGINE_SECONDS) -> str:
    """Run the docker program and return what it prints; BuilderError with what it says."""
    try:
        done = subprocess.run(
            ["docker", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        raise BuilderError(f"docker cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise BuilderError(f"the Docker engine gave no answer in {seconds} s") from error
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BuilderError(f"docker {arguments[0]} failed: {said[:300]}")
    return done.stdout
