"""A worker's hold on the build that it works: its lease is renewed, and its time is kept."""

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
from aslo.domain.build import Build
from aslo.domain.errors import StaleClaimError
from aslo.services.build import TimeUp, time_left
from aslo.services.workbench import Workbench

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """How the claims of a worker are held."""

    bench: Workbench
    lease: timedelta
    heartbeat: timedelta

    @contextmanager
    def on(self, build: Build) -> Iterator[None]:
        """Renew the lease of a build from a thread while its body works; TimeUp in the body when
        the time of the build is over."""
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

    def _beat(self, build: Build, done: threading.Event, worked_in: int) -> None:
        while not done.wait(self._pause(build)):
            if not time_left(build, bench=self.bench):
                # Renewed no more: a body that does not end by this loses its build with the lease.
                raise_in(worked_in, TimeUp)
                return
            if not self._renew(build):
                return

    def _pause(self, build: Build) -> float:
        return min(self.heartbeat, time_left(build, bench=self.bench)).total_seconds()

    def _renew(self, build: Build) -> bool:
        """Whether the build is still ours, as far as can be known."""
        expires_at = self.bench.clock() + self.lease
        try:
            self.bench.store.renew_build(build.id, build.fence, expires_at)
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
