"""`POST /api/hook`: where GitHub tells of releases."""

import logging
from http import HTTPStatus

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from aslo import log_context
from aslo.domain.delivery import Delivery, DeliveryState
from aslo.domain.errors import AuthorError, BusyError
from aslo.domain.shown import shown
from aslo.services import intake
from aslo.web.large_bodies import Turns
from aslo.web.wiring import absolute, ports, settings

logger = logging.getLogger(__name__)

blueprint = Blueprint("hook", __name__)

_turns = Turns()


@blueprint.post("/api/hook")
def receive() -> ResponseReturnValue:
    """Record a signed delivery: 202 if it leads to work, 200 if there is nothing new to do."""
    try:
        delivery = _taken_in()
    except (AuthorError, BusyError) as error:
        _log_refusal(error.code, error.message)
        raise
    except RequestEntityTooLarge:
        _log_refusal("request-entity-too-large", "the body is over the limit")
        raise
    _log(delivery)
    return jsonify(_answer(delivery)), _status(delivery)


def _taken_in() -> Delivery:
    # A length over the limit is refused before a byte is read, and a body that tells none when it
    # has gone over.
    with _turns.received(request.stream) as body:
        return intake.receive(
            body,
            dict(request.headers),
            secrets=settings().webhook_secrets,
            store=ports().store,
            clock=ports().clock,
            then=ports().then,
        )


def _status(delivery: Delivery) -> HTTPStatus:
    known = delivery.received_count > 1
    ignored = delivery.state is DeliveryState.IGNORED
    return HTTPStatus.OK if known or ignored else HTTPStatus.ACCEPTED


def _answer(delivery: Delivery) -> dict[str, str | None]:
    build = delivery.build_id
    return {
        "delivery": delivery.guid,
        "verdict": delivery.verdict,
        "reason": delivery.reason,
        "build": build,
        "build_url": None if build is None else absolute(f"/builds/{build}"),
    }


def _log(delivery: Delivery) -> None:
    ports().meter.delivered(delivery.verdict)
    log_context.bind(delivery=delivery.guid, **_about(delivery))
    logger.info(
        "delivery %s, event %s, action %s: %s, %s; build %s",
        delivery.guid,
        delivery.event,
        shown(delivery.action),
        delivery.verdict,
        shown(delivery.reason),
        delivery.build_id,
    )


def _about(delivery: Delivery) -> dict[str, str]:
    return {} if delivery.build_id is None else {"build": delivery.build_id}


def _log_refusal(code: str, reason: str) -> None:
    ports().meter.refused(code)
    # Anybody can write these headers; quoted and cut, they can forge no line of the log.
    guid = shown(request.headers.get("X-GitHub-Delivery", ""))
    event = shown(request.headers.get("X-GitHub-Event", ""))
    logger.warning("delivery %s, event %s refused, %s: %s", guid, event, code, shown(reason))
