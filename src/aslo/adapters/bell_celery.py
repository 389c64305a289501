"""Ring workers through a Celery broker; the message is one build id and nothing else."""

import logging
import os
import threading
import time
from contextlib import suppress
from queue import Empty, Full, Queue

from celery import Celery

logger = logging.getLogger(__name__)

WORK = "aslo.work"
"""The task that works one build; workers register it by this name."""
MOST_WAITING = 1_000
CONFIRM_SECONDS = 2
SEND_SECONDS = 10
"""With connecting and trying twice, sending takes no longer where the broker works."""
BESIDE_BUILD_SECONDS = 800
"""What fetching, checks and waiting may add to a build. With the default time of a build that is
below the half hour in which RabbitMQ wants its acknowledgement."""
BUILD_SECONDS = 900
STALE_SECONDS = 60
"""What waits is rung for every half minute by every worker: an older ring says nothing new, and
what a busy queue holds would grow without end."""


def celery_app(broker_url: str, build_seconds: int = BUILD_SECONDS) -> Celery:
    """A Celery application as ASLO uses it: late acknowledgement, no results, bounded publish.

    A lost message costs a minute, never a build: the store is the queue, and the sweep rings
    again (docs.celeryq.dev: "Configuration and defaults").
    """
    app = Celery("aslo", broker=broker_url)
    longest = build_seconds + BESIDE_BUILD_SECONDS
    app.conf.update(
        task_ignore_result=True,
        task_default_queue="aslo",
        task_time_limit=longest,
        accept_content=["json"],
        broker_connection_max_retries=None,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=1,
        broker_transport_options={
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "visibility_timeout": 2 * longest,
            # Of RabbitMQ: one that is full takes messages and does not read them.
            "confirm_publish": True,
        },
        redis_socket_connect_timeout=1,
        redis_socket_timeout=2,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
        worker_hijack_root_logger=False,
    )
    return app


class CeleryBell:
    """Rings over a broker from a thread of its own, so that nobody waits for the broker.

    A bell that is not heard is logged and made good by the sweep.
    """

    def __init__(self, broker_url: str) -> None:
        self._url = broker_url
        self._app = celery_app(broker_url)
        self._trouble: str | None = None
        self._sends_since: float | None = None
        self._lock = threading.Lock()
        self._waiting: Queue[str] = Queue(MOST_WAITING)
        self._rung_by = 0

    def ring(self, build_id: str) -> None:
        """Have the build's id sent to whichever worker is free."""
        try:
            self._queue().put_nowait(build_id)
        except Full:
            logger.warning("the bell was not rung for build %s: too many wait before it", build_id)

    def why_silent(self) -> str | None:
        """See ports.Bell: a broker that is full is reached, and yet it takes nothing."""
        since = self._sends_since
        if since is not None and time.monotonic() - since > SEND_SECONDS:
            # A full RabbitMQ does not even let a channel be closed.
            return f"it has not taken a message for {time.monotonic() - since:.0f} s"
        return self._trouble or why_silent(self._url)

    def wait(self, seconds: float) -> bool:
        """Whether all that waits was rung within that time; for tests, and before an end."""
        deadline = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self._waiting.unfinished_tasks

    def _queue(self) -> "Queue[str]":
        # A thread does not come along into a forked process.
        with self._lock:
            if self._rung_by != os.getpid():
                self._rung_by, self._waiting = os.getpid(), Queue(MOST_WAITING)
                self._sends_since = None
                threading.Thread(target=self._ring_on, name="bell", daemon=True).start()
            return self._waiting

    def _ring_on(self) -> None:
        waiting = self._waiting
        while True:
            build_id = waiting.get()
            self._sends_since = time.monotonic()
            heard = self._send(build_id)
            self._sends_since = None
            if not heard:
                # Each would wait as long as this one: the sweep rings for them again.
                _forget(waiting)
            waiting.task_done()

    def _send(self, build_id: str) -> bool:
        try:
            self._app.send_task(
                WORK,
                args=[build_id],
                ignore_result=True,
                expires=STALE_SECONDS,
                retry=True,
                confirm_timeout=CONFIRM_SECONDS,
            )
        except Exception as error:  # noqa: BLE001 - kombu lets errors of every transport through
            self._trouble = f"{type(error).__name__}: {error}"
            logger.warning("the bell was not heard for build %s: %s", build_id, self._trouble)
            return False
        self._trouble = None
        return True


def _forget(waiting: "Queue[str]") -> None:
    with suppress(Empty):
        while True:
            waiting.get_nowait()
            waiting.task_done()


def why_silent(broker_url: str) -> str | None:
    """Why the broker cannot be reached now; None if it can."""
    try:
        with celery_app(broker_url).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # noqa: BLE001 - kombu lets errors of every transport through
        return f"{type(error).__name__}: {error}"
    return None
