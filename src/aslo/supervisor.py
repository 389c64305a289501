"""Run a web server and a worker side by side, and start again whichever dies."""

import logging
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

GRACE_SECONDS = 20
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOOK_SECONDS = 0.5
SETPRIV = "setpriv"
"""Of util-linux, which every Debian has."""


@dataclass
class Child:
    """A program that should be running."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due_at: float = field(default=0.0)

    def look(self, now: float) -> None:
        """Start the program if it is due, and note it if it has died."""
        if self.process is None and now >= self.due_at:
            # In a session of its own: Ctrl-C in a terminal is for us, and we end it in order.
            self.process = subprocess.Popen(
                [*_leash(), *self.command], env=dict(self.environ), start_new_session=True
            )
            self.started_at = now
        elif self.process is not None and self.process.poll() is not None:
            self._died(now)

    def _died(self, now: float) -> None:
        code = self.process.returncode if self.process else None
        # Back off while it dies at once; a program that ran for a while starts again quickly.
        steady = now - self.started_at > STEADY_SECONDS
        pause = FIRST_PAUSE_SECONDS if steady else self.pause
        logger.error("%s ended with %s; starting again in %.0f s", self.name, code, pause)
        self.process, self.due_at = None, now + pause
        self.pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def end(self, deadline: float) -> None:
        """Wait for the program, which was told to end, and kill it past the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _leash() -> tuple[str, ...]:
    """A command line before a program's own, by which it is told to end when we die without a word
    (kill -9, too little memory); empty where there is none."""
    found = shutil.which(SETPRIV)
    return (found, "--pdeathsig", "TERM", "--") if found else ()


class Supervisor:
    """Keeps children running until it is told to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._stop = threading.Event()

    def stop(self) -> None:
        """End all children and return from run()."""
        self._stop.set()

    def run(self) -> None:
        """Keep the children running until stop(), SIGTERM or SIGINT."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        try:
            while not self._stop.is_set():
                for child in self._children:
                    child.look(time.monotonic())
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for child in self._children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            child.end(deadline)
