"""A worker's hold on what it works on: its lease is renewed, and its time is kept."""

import ctypes
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from aslo import log_context
from aslo.domain.build import Work
from aslo.domain.commit_check import CommitCheck
from aslo.domain.errors import StaleClaimError
from aslo.services.trying import TimeUp, time_left
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """How the claims of a worker are held."""

    bench: Workbench
    lease: timedelta
    heartbeat: timedelta

    @contextmanager
    def on(self, build: Work) -> Iterator[None]:
        """Renew the lease of what was claimed from a thread while its body works; TimeUp in the
        body when the time of that is over."""
        done, here = threading.Event(), threading.get_ident()
        with log_context.bound(build=build.id, delivery=build.delivery_guid):
            beat = partial(copy_context().run, self._beat, build, done, here)
            thread = threading.Thread(target=beat, daemon=True)
            thread.start()
            try:
                yield
            finally:
                done.set()
                thread.join()
                # What was raised and has not come yet would hit whatever comes next.
                raise_in(here, None)

    def _beat(self, build: Work, done: threading.Event, worked_in: int) -> None:
        while not done.wait(self._pause(build)):
            if not self._time_left(build):
                # Renewed no more: a body that does not end by this loses its build with the lease.
                raise_in(worked_in, TimeUp)
                return
            if not self._renew(build):
                return

    def _pause(self, build: Work) -> float:
        return min(self.heartbeat, self._time_left(build)).total_seconds()

    def _time_left(self, build: Work) -> timedelta:
        return time_left(build, rules=self.bench.rules, clock=self.bench.clock)

    def _renew(self, build: Work) -> bool:
        """Whether the build is still ours, as far as can be known."""
        expires_at, store = self.bench.clock() + self.lease, self.bench.store
        renew = store.renew_check if isinstance(build, CommitCheck) else store.renew_build
        try:
            renew(build.id, build.fence, expires_at)
        except StaleClaimError:
            return False
        except Exception:
            logger.exception("the lease of build %s could not be renewed", build.id)
        return True


def raise_in(thread: int, what: type[BaseException] | None) -> None:
    """Raise something in a thread at its next step, or nothing of what has not come there yet.

    https://docs.python.org/3/c-api/threads.html#c.PyThreadState_SetAsyncExc
    """
    raised = None if what is None else ctypes.py_object(what)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
