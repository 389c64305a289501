"""What a server's start tells the operator, and what keeps it from starting."""

import logging
import socket
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from aslo import config_values as values
from aslo.config import Config, ConfigError

logger = logging.getLogger(__name__)

SECRET_CHARACTERS = 16
"""A webhook secret that is shorter could be guessed from one signed delivery."""


def require_home(config: Config) -> None:
    """ConfigError if nothing can be kept in ASLO_HOME; it is made where it is missing."""
    try:
        config.home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=config.home):
            pass
    except OSError as error:
        fault = (
            f"ASLO_HOME={str(config.home)!r} cannot be written to: {error.strerror}; "
            "name a folder that this user may write to"
        )
        raise ConfigError([fault]) from error


def require_listen(config: Config) -> None:
    """ConfigError if the web server could not listen on ASLO_LISTEN now."""
    reason = _why_not_a_path if config.listen.startswith("unix:") else _why_not_a_port
    if why := reason(config.listen):
        fault = (
            f"ASLO_LISTEN={config.listen!r} cannot be listened on: {why}; "
            "stop what is there, or set another address"
        )
        raise ConfigError([fault])


def require_metrics_listen(config: Config) -> None:
    """ConfigError if a worker could not answer monitors on ASLO_METRICS_LISTEN now."""
    if why := _why_not_a_port(config.metrics_listen):
        fault = (
            f"ASLO_METRICS_LISTEN={config.metrics_listen!r} cannot be listened on: {why}; "
            "stop what is there, or set another address"
        )
        raise ConfigError([fault])


def announce(config: Config, program: str) -> None:
    """Log what a program runs with, and warn of what will surprise its operator."""
    logger.info(
        "%s starts: home %s, builder %s, forge %s, forge %s, %s",
        program,
        config.home.absolute(),
        config.builder,
        config.forge,
        _speaker(config),
        "a broker rings" if config.broker else f"polling every {config.poll_seconds:g} s",
    )
    if not config.forge_token and not config.forge_app_id:
        logger.warning("ASLO_FORGE_TOKEN is not set: developers are told nothing")
    if weak_secret(config):
        logger.warning(
            "ASLO_WEBHOOK_SECRET is shorter than %d characters and can be guessed: "
            "make one with `openssl rand -hex 32`",
            SECRET_CHARACTERS,
        )


def warn_of_address(config: Config) -> None:
    """Warn if others can reach the web server, but are given addresses of this machine alone."""
    host = urlsplit(config.public_url).hostname or ""
    if values.is_loopback(host) and not _listens_to_itself(config.listen):
        logger.warning(
            "ASLO_PUBLIC_URL=%s means this machine alone, but ASLO_LISTEN=%s is for others: "
            "set ASLO_PUBLIC_URL to the address by which they know the site",
            config.public_url,
            config.listen,
        )


def weak_secret(config: Config) -> bool:
    """Whether the webhook secret is there but short enough to be guessed."""
    return 0 < len(config.webhook_secret) < SECRET_CHARACTERS


def _speaker(config: Config) -> str:
    """In whose name the forge is asked and developers are told."""
    if config.forge_app_id:
        return "App, token set" if config.forge_token else "App"
    return "token set" if config.forge_token else "token not set"


def _listens_to_itself(listen: str) -> bool:
    return values.is_loopback(listen.rpartition(":")[0].strip("[]"))


def _why_not_a_port(listen: str) -> str | None:
    host, _, port = listen.rpartition(":")
    try:
        [(family, kind, _, _, address), *_] = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM
        )
        with socket.socket(family, kind) as probe:
            # As Gunicorn does: a port whose last connections still fade away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return None


def _why_not_a_path(listen: str) -> str | None:
    path = Path(listen.removeprefix("unix:"))
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    with socket.socket(socket.AF_UNIX) as probe:
        # A socket nobody answers was left over, and Gunicorn replaces it.
        return "somebody listens there" if probe.connect_ex(str(path)) == 0 else None
