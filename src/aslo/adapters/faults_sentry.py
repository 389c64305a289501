"""Tells an operator's Sentry what broke: the fault and the ids it is about, and nothing else."""

from typing import Any

import aslo
from aslo import log_context

DROPPED = ("breadcrumbs", "extra", "modules", "request", "user")
"""What could hold a header, a body, an address or a name of somebody."""


def set_up(dsn: str) -> None:
    """Report whatever is logged as an error, from now on."""
    # Its import tries sockets, which nothing but this needs.
    import sentry_sdk  # noqa: PLC0415
    from sentry_sdk.integrations.dedupe import DedupeIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.threading import ThreadingIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn,
        release=aslo.__version__,
        before_send=_scrub,
        # Only what we name: others look into requests, queries and programs.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None),
            ExcepthookIntegration(),
            ThreadingIntegration(),
            DedupeIntegration(),
        ],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )


def _scrub(event: Any, _hint: dict[str, Any]) -> Any:
    kept = {name: value for name, value in event.items() if name not in DROPPED}
    kept["tags"] = dict(log_context.about())
    return kept
