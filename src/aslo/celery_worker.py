"""The worker edge behind a broker: Celery's children build what is rung for, its first process
answers, and builds too while the broker is away."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aslo.hold import raise_in
from aslo.services.trying import Stopped
from aslo.worker import Worker

logger = logging.getLogger(__name__)

CHORES: dict[str, tuple[Callable[[Worker], object], float]] = {
    "aslo.ring-again": (Worker.ring_again, 30),
    "aslo.tidy-files": (Worker.tidy_files, 24 * 3600),
    "aslo.look-at-forge": (Worker.look_at_forge, 3600),
}
"""What beat asks for, once for the site, and how often in seconds."""
INTERRUPT = signal.SIGUSR2
"""Tells a child to give its build back; Celery uses the other signals itself."""
ALONE_SECONDS = 20
"""How long to go on without Celery before it is tried again: it takes seconds to start."""
END_SECONDS = 10
"""How long the first process has to give back what it builds itself."""


class CeleryWorker:
    """One Celery worker: a Worker in each of its processes, made when it is first needed."""

    def __init__(
        self,
        app: Any,
        task: str,
        make: Callable[[], Worker],
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._task = task
        self._make = make
        self._beside = beside
        """Starts what goes on beside, in threads."""
        self._made: Worker | None = None
        self._children: Any = None
        self._ending = False
        self._stand_in = threading.Thread(target=self._build_unheard, name="stand-in", daemon=True)

    def run(self, concurrency: int) -> None:
        """Work until SIGTERM or SIGINT; what is being built then goes back to the queue. Celery
        ends by itself over what it did not expect of its broker, one that is full for instance:
        then this goes on without it for a while, and exits with 1, to be started again."""
        self._register()
        # Everything is imported before the children are forked, for the same reason.
        self._worker()
        words = ["worker", "--pool", "prefork", "--concurrency", str(concurrency)]
        # Several may run on one machine, and Celery tells them apart by this.
        words += ["--hostname", f"aslo-{os.getpid()}@%h", "--loglevel", "WARNING"]
        try:
            self._app.worker_main(words)
        finally:
            if self._ending and self._stand_in.is_alive():
                self._stand_in.join(END_SECONDS)
        if not self._ending:
            self._go_on_alone()

    def _go_on_alone(self) -> None:
        logger.error("Celery gave up: working without the broker for %d s", ALONE_SECONDS)
        self._children = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._give_back)
        self._worker().count_on_nobody()
        self._stand_in.join(ALONE_SECONDS)
        self._worker().stop()
        # What it builds then comes to its end.
        self._stand_in.join()
        sys.exit(0 if self._ending else 1)

    def _register(self) -> None:
        from celery import bootsteps, signals  # noqa: PLC0415 - only this kind of worker needs it

        class Beginning(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
            """Comes when the children are there, and before the broker is reached."""

            requires = ("celery.worker.components:Pool",)

            def start(step, parent: Any) -> None:  # noqa: N805 - self is the worker's
                self._begin(parent.pool)

        self._app.steps["worker"].add(Beginning)
        self._app.task(name=self._task)(self._build)
        for name, (chore, _) in CHORES.items():
            self._app.task(name=name)(self._task_of(chore))
        handlers = (
            # Celery sets up no log: its children would lose our lines.
            (signals.setup_logging, lambda **_: None),
            (signals.worker_process_init, self._begin_child),
            (signals.worker_shutting_down, self._give_back),
        )
        for heard, handler in handlers:
            heard.connect(handler, weak=False)

    def _worker(self) -> Worker:
        # One for each process: a connection must not cross a fork.
        if self._made is None:
            self._made = self._make()
        return self._made

    def _build(self, build_id: str) -> None:
        if not isinstance(build_id, str):
            # A broker is asked by others, too, and a query of MongoDB is no build's id.
            raise TypeError(f"a message names a build, got {build_id!r}")
        # A bell says that something waits. Whose turn it is, the queue knows: by the order of
        # the rings, a hundred releases of one repository would go before another's.
        with suppress(Stopped):
            self._worker().build_one()

    def _task_of(self, chore: Callable[[Worker], object]) -> Callable[[], None]:
        def do() -> None:
            chore(self._worker())

        return do

    def _begin(self, children: Any) -> None:
        """Settle deliveries and tell developers from now on, with the broker or without."""
        self._children = children
        # Not before the children were forked: a lock that a thread holds stays locked in them.
        self._beside()
        threading.Thread(target=self._answer, name="clerk", daemon=True).start()
        threading.Thread(target=self._look_after, name="caretaker", daemon=True).start()
        self._stand_in.start()

    def _answer(self) -> None:
        self._worker().answer()

    def _look_after(self) -> None:
        self._worker().look_after()

    def _build_unheard(self) -> None:
        with suppress(Stopped):
            self._worker().stand_in()

    def _begin_child(self, **_: object) -> None:
        self._made = None
        signal.signal(INTERRUPT, self._interrupt)

    def _interrupt(self, *_: object) -> None:
        if self._made is not None:
            self._made.interrupt()

    def _give_back(self, *_: object, **__: object) -> None:
        """Let no build hold up the end: Celery would wait for it."""
        if self._made is not None:
            self._made.stop()
        if not self._ending:
            # Once, for a second time would cut off the giving back.
            self._ending = True
            _stop(self._stand_in)
        for number in self._children.info["processes"] if self._children else ():
            with suppress(ProcessLookupError):
                os.kill(number, INTERRUPT)


def _stop(thread: threading.Thread) -> None:
    """Raise Stopped in a thread, at its next step: it never waits for a program but in naps."""
    if thread.is_alive() and thread.ident is not None:
        raise_in(thread.ident, Stopped)


def run_beat(app: Any, folder: Path) -> None:
    """Ask for each chore when it is due, until SIGTERM or SIGINT."""
    folder.mkdir(exist_ok=True)
    app.conf.beat_schedule = {
        # What was asked for before and not yet done is done by this one, too.
        name: {"task": name, "schedule": seconds, "options": {"expires": seconds}}
        for name, (_, seconds) in CHORES.items()
    }
    app.Beat(schedule=str(folder / "schedule"), loglevel="WARNING", quiet=True).run()
