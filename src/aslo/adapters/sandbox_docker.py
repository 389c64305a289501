"""A sandbox in a container of a Docker engine."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from os import cpu_count, getuid
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import msgspec

from aslo.adapters.docker_engine import DockerEngine
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
_LOOK_SECONDS = 10
_GRACE_SECONDS = 30


class _Driver(msgspec.Struct):
    """How the layers of an image are kept."""

    name: str = msgspec.field(name="Name")


class _Image(msgspec.Struct):
    """What the engine tells of an image; newer engines leave out how it is kept."""

    driver: _Driver | None = msgspec.field(default=None, name="GraphDriver")


class _Info(msgspec.Struct):
    """What the engine tells of itself."""

    driver: str = msgspec.field(name="Driver")


class _State(msgspec.Struct, rename="pascal"):
    """What the engine tells of a container's end."""

    status: str
    exit_code: int = 0
    oom_killed: bool = msgspec.field(default=False, name="OOMKilled")
    error: str = ""
    """Why it could not be started."""


class _Container(msgspec.Struct, rename="pascal"):
    """What the engine tells of one container."""

    state: _State


class _Listed(msgspec.Struct, rename="pascal"):
    """A container in the engine's list."""

    id: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class DockerSandbox:
    """Runs a command in a new container: no root, no capability, nothing of ours in sight."""

    limits: Limits
    image: str = IMAGE
    network: str = "bridge"
    """The engine's network for commands that may have one."""

    def available(self) -> str | None:
        """See Sandbox."""
        try:
            with DockerEngine(_LOOK_SECONDS) as engine:
                return self._unfit(engine)
        except BuilderError as error:
            return str(error)

    def run(self, command: Command, log: LogLine, output: BinaryIO | None = None) -> Outcome:
        """See Sandbox; BuilderError also if the engine is not what we need."""
        name = f"aslo-{uuid4().hex}"
        hand_over(command.writable)
        with DockerEngine() as engine:
            if reason := self._unfit(engine):
                raise BuilderError(reason)
            try:
                engine.make("/containers/create", self._container(command), name=name)
                cut = self._attend(name, command, log, output)
                return Outcome(cut) if cut else _ended(engine, name)
            finally:
                _remove(engine, name)

    def _unfit(self, engine: DockerEngine) -> str | None:
        """Why no container may be made, with the cure. The engine is asked each time, which
        costs less than to remember what may have changed."""
        found = engine.find(f"/images/{self.image}/json")
        driver = msgspec.json.decode(found, type=_Image).driver if found else None
        name = driver.name if driver else _driver(engine)
        if name == COPYING_DRIVER:
            return f"the engine's storage driver {name} {_COPIES}"
        return None if found else f"the engine has no image {self.image}: make image"

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

    def _container(self, command: Command) -> dict[str, object]:
        # Our user, so that the tree can be read, but never our group: it may be the engine's.
        me = getuid() or SANDBOX_UID
        return {
            "Image": self.image,
            "Cmd": _argv(command),
            "User": f"{me}:{SANDBOX_UID}",
            "Env": [f"{key}={value}" for key, value in command.environment.items()],
            "WorkingDir": WRITABLE if command.writable else "",
            "Labels": {
                LABEL: command.label,
                ENDS_LABEL: str(int(time.time()) + command.seconds + 60),
            },
            **dict.fromkeys(("AttachStdin", "AttachStdout", "AttachStderr"), True),
            **dict.fromkeys(("OpenStdin", "StdinOnce"), True),
            # The network `none` is none as well, but takes the engine twice as long to start.
            "NetworkDisabled": not command.network,
            "HostConfig": {
                "NetworkMode": self.network if command.network else "none",
                "Mounts": list(_mounts(command)),
                **self._confined(),
                **self._bounds(),
            },
        }

    def _confined(self) -> dict[str, object]:
        return {
            "Init": True,
            "CapDrop": ["ALL"],
            "IpcMode": "none",
            "SecurityOpt": ["no-new-privileges"],
            "ReadonlyRootfs": True,
            "LogConfig": {"Type": "none"},
        }

    def _bounds(self) -> dict[str, object]:
        limits = self.limits
        # The scratch folder is memory, so it must leave the command some.
        scratch = min(limits.disk_bytes, limits.memory_bytes // 2)
        room = f"size={scratch},nr_inodes={scratch // _SMALLEST_FILE_BYTES}"
        return {
            "Tmpfs": {SCRATCH: f"rw,nosuid,nodev,exec,mode=1777,{room}"},
            "Memory": limits.memory_bytes,
            "MemorySwap": limits.memory_bytes,
            "PidsLimit": limits.processes,
            "NanoCpus": min(_CPUS, cpu_count() or 1) * 10**9,
            "Ulimits": [
                {"Name": name, "Soft": most, "Hard": most}
                for name, most in (
                    ("nofile", OPEN_FILES),
                    ("core", 0),
                    ("fsize", limits.disk_bytes),
                )
            ],
        }


def sweep() -> int:
    """Remove the containers that a worker left behind when it died; how many there were."""
    with DockerEngine() as engine:
        wanted = msgspec.json.encode({"label": [ENDS_LABEL]}).decode()
        listed = engine.find("/containers/json", all="true", filters=wanted) or b"[]"
        overdue = [
            each.id
            for each in msgspec.json.decode(listed, type=list[_Listed])
            if int(each.labels[ENDS_LABEL]) < time.time()
        ]
        for container in overdue:
            _remove(engine, container)
        return len(overdue)


def _argv(command: Command) -> tuple[str, ...]:
    # Should we die, nobody else would end it.
    return ("timeout", "--signal=KILL", str(command.seconds + _GRACE_SECONDS), *command.argv)


def _mounts(command: Command) -> Iterator[dict[str, object]]:
    for place, path in command.shown.items():
        yield _mount(path, place, read_only=True)
    if command.writable is not None:
        yield _mount(command.writable, WRITABLE, read_only=False)


def _mount(path: Path, place: str, *, read_only: bool) -> dict[str, object]:
    source = str(path.resolve())
    return {"Type": "bind", "Source": source, "Target": place, "ReadOnly": read_only}


def _driver(engine: DockerEngine) -> str:
    return msgspec.json.decode(engine.find("/info") or b"", type=_Info).driver


def _ended(engine: DockerEngine, name: str) -> Outcome:
    told = engine.find(f"/containers/{name}/json")
    if told is None:
        raise BuilderError("the container was removed before it told of its end")
    state = msgspec.json.decode(told, type=_Container).state
    if state.status not in _OVER:
        # Its exit status says nothing then.
        why = state.error[:300] or "the docker program ended before it"
        raise BuilderError(f"the container is {state.status}: {why}")
    if state.oom_killed and state.exit_code != 0:
        return Outcome(Death.MEMORY, state.exit_code)
    return exited(state.exit_code)


def _remove(engine: DockerEngine, container: str) -> None:
    # What cannot be removed now ends by its own time-out, and is swept later.
    with suppress(BuilderError):
        engine.remove(f"/containers/{container}", force="true", v="true")
