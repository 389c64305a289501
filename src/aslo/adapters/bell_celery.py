"""Ring workers through a Celery broker; the message is one build id and nothing else."""

import logging
from typing import Any

from celery import Celery

logger = logging.getLogger(__name__)

WORK = "aslo.work"
"""The task that works one build; workers register it by this name."""


def celery_app(broker_url: str) -> Celery:
    """A Celery application as ASLO uses it: late acknowledgement, no results, bounded publish.

    A lost message costs a minute, never a build: the store is the queue, and the sweep rings
    again (docs.celeryq.dev: "Configuration and defaults").
    """
    app = Celery("aslo", broker=broker_url)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=1,
        broker_transport_options={
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "visibility_timeout": 3600,
        },
        redis_socket_connect_timeout=1,
        redis_socket_timeout=2,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.2},
        worker_hijack_root_logger=False,
    )
    return app


class CeleryBell:
    """Rings over a broker; a broker that is away is logged and made good by the sweep."""

    def __init__(self, broker_url: str) -> None:
        self._app = celery_app(broker_url)

    def ring(self, build_id: str) -> None:
        """Send the build's id to whichever worker is free."""
        options: dict[str, Any] = {"ignore_result": True, "retry": True}
        try:
            self._app.send_task(WORK, args=[build_id], **options)
        except Exception as error:  # noqa: BLE001 - kombu lets errors of every transport through
            logger.warning("the bell was not heard for build %s: %s", build_id, error)


def why_silent(broker_url: str) -> str | None:
    """Why the broker cannot be reached now; None if it can."""
    try:
        with celery_app(broker_url).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # noqa: BLE001 - kombu lets errors of every transport through
        return f"{type(error).__name__}: {error}"
    return None
