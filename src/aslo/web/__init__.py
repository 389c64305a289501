"""The web edge: translate a request, call one service or port, answer."""

from aslo.web.app import create_app
from aslo.web.wiring import WebPorts, WebSettings

__all__ = ["WebPorts", "WebSettings", "create_app"]
