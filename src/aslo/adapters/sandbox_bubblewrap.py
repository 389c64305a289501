"""A sandbox made of kernel namespaces by bubblewrap, for one machine without an engine."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import defpath, getuid
from pathlib import Path
from typing import BinaryIO

from aslo.adapters.control_groups import ControlGroup, control_group
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
from aslo.adapters.system_calls import opened_filter
from aslo.domain.errors import BuilderError
from aslo.ports import Limits, LogLine

_MERGED = ("bin", "lib", "lib32", "lib64", "libx32", "sbin")
"""Names at the top that Debian keeps as links into /usr."""

_ETC = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d")
_NETWORK_ETC = ("hosts", "nsswitch.conf", "resolv.conf", "ssl", "ca-certificates")
_PROBE_SECONDS = 10
_UNPRIVILEGED = (
    *("--unshare-user", "--disable-userns", "--cap-drop", "ALL"),
    *("--uid", str(SANDBOX_UID), "--gid", str(SANDBOX_UID)),
)


@dataclass(frozen=True, slots=True)
class BubblewrapSandbox:
    """Runs a command in new namespaces over the machine's /usr, or over a folder like it."""

    limits: Limits
    root: Path = Path("/")
    """Where the system stands that the command sees."""

    def available(self) -> str | None:
        """See Sandbox."""
        if shutil.which("bwrap") is None:
            return "bubblewrap is not installed: apt-get install bubblewrap"
        probe = Command(("/bin/true",), _PROBE_SECONDS)
        said: list[str] = []
        try:
            outcome = self.run(probe, said.append)
        except BuilderError as error:
            return str(error)
        if outcome.succeeded:
            return None
        why = said[-1][:200] if said else f"it ended with {outcome.exit_code}"
        return f"bubblewrap cannot make a sandbox ({why}): allow unprivileged user namespaces"

    def run(self, command: Command, log: LogLine, output: BinaryIO | None = None) -> Outcome:
        """See Sandbox."""
        hand_over(command.writable)
        with control_group(self.limits) as group:
            process = self._start(command, group, separate=output is not None)
            # The first process of the sandbox dies with bwrap, and all others with it.
            death = attend(process, command, self.limits, log, output)
            if death is not None:
                return Outcome(death)
            status = process.returncode
            if status != 0 and group.ran_out_of_memory():
                return Outcome(Death.MEMORY, status)
            return exited(status)

    def _start(
        self, command: Command, group: ControlGroup, *, separate: bool
    ) -> subprocess.Popen[bytes]:
        # Counted within the user namespace, so that other processes of ours do not matter.
        counted = ("prlimit", f"--nproc={self.limits.processes}", "--", *command.argv)
        with _filter() as file:
            passed = () if file is None else (file,)
            wishes = (*self._options(command), *(("--seccomp", str(file)) if passed else ()))
            argv = ("bwrap", *wishes, "--", *_as_nobody(command), *counted)
            return self._popen(group.enter(_limited(argv, self.limits)), passed, separate=separate)

    @staticmethod
    def _popen(
        argv: Sequence[str], passed: Sequence[int], *, separate: bool
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                argv,
                # The command may watch this pipe: when we die, it closes.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if separate else subprocess.STDOUT,
                env={"PATH": defpath},
                umask=0o022,
                pass_fds=passed,
                start_new_session=True,
            )
        except OSError as error:
            raise BuilderError(f"bwrap cannot be run: {error.strerror}") from error

    def _options(self, command: Command) -> Iterable[str]:
        # The scratch folder is memory, so it must leave the command some.
        scratch = min(self.limits.disk_bytes, self.limits.memory_bytes // 2)
        yield from ("--die-with-parent", "--new-session", "--clearenv")
        yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
        if not command.network:
            yield "--unshare-net"
        yield from _identity()
        yield from self._system(network=command.network)
        yield from ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev")
        yield from ("--perms", "1777", "--size", str(scratch), "--tmpfs", SCRATCH)
        for place, path in command.shown.items():
            yield from _folder(str(Path(place).parent))
            yield from ("--ro-bind", str(path.resolve()), place)
        if command.writable is not None:
            yield from ("--bind", str(command.writable.resolve()), WRITABLE)
        # As root, without capabilities, we may not enter what belongs to the command.
        yield from ("--remount-ro", "/", "--chdir", _start_folder(command) if getuid() else "/")
        for key, value in command.environment.items():
            yield from ("--setenv", key, value)

    def _system(self, *, network: bool) -> Iterable[str]:
        yield from ("--ro-bind", str(self.root / "usr"), "/usr")
        for name in _MERGED:
            path = self.root / name
            if path.is_symlink():
                yield from ("--symlink", str(path.readlink()), f"/{name}")
            elif path.is_dir():
                yield from ("--ro-bind", str(path), f"/{name}")
        yield from _folder("/etc")
        for name in (*_ETC, *(_NETWORK_ETC if network else ())):
            # What a network needs is the machine's own, whatever the system.
            top = Path("/") if name in _NETWORK_ETC else self.root
            if (top / "etc" / name).exists():
                yield from ("--ro-bind", str((top / "etc" / name).resolve()), f"/etc/{name}")


@contextmanager
def _filter() -> Iterator[int | None]:
    """The filter of system calls as an open file, for bwrap to read."""
    file = opened_filter()
    try:
        yield file
    finally:
        if file is not None:
            os.close(file)


def _limited(argv: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    """A command line that sets the limits of each process, then becomes `argv`; a Python that
    did so would take as long to start as all the rest."""
    memory, files = f"--data={limits.memory_bytes}", f"--fsize={limits.disk_bytes}"
    bounds = ("prlimit", memory, files, f"--nofile={OPEN_FILES}", "--core=0", "--")
    return (*bounds, *argv)


def _folder(place: str) -> Iterable[str]:
    """A folder that everybody may enter; bwrap's own would be ours alone."""
    return () if place == "/" else ("--perms", "0755", "--dir", place)


def _identity() -> Iterable[str]:
    """Be nobody in particular, without a capability; as root that takes the two steps below."""
    if getuid() != 0:
        yield from _UNPRIVILEGED
        return
    yield from ("--cap-drop", "ALL")
    for needed in ("CAP_SETUID", "CAP_SETGID"):
        yield from ("--cap-add", needed)


def _as_nobody(command: Command) -> tuple[str, ...]:
    """As root: become another user, who then makes a sandbox of his own within the first.

    Root alone can bind folders that others may not enter, but must not be who runs the command,
    not even under another name; and only a user namespace can forbid further ones.
    """
    if getuid() != 0:
        return ()
    user = ("--reuid", str(SANDBOX_UID), "--regid", str(SANDBOX_UID), "--clear-groups")
    within = ("--die-with-parent", "--dev-bind", "/", "/", *_UNPRIVILEGED)
    return ("setpriv", *user, "--", "bwrap", *within, "--chdir", _start_folder(command), "--")


def _start_folder(command: Command) -> str:
    return WRITABLE if command.writable else SCRATCH
