"""The simulated forge, served: what tests and the demo start."""

from pathlib import Path

from aslo.simulator.forge import BOT, SimulatedForge
from aslo.simulator.server import HOST, Server
from aslo.simulator.web import create_app


class Simulator(SimulatedForge):
    """A simulated forge that serves on this machine while it is started."""

    def __init__(self, folder: Path, secret: str, webhook_url: str = "", bot: str = BOT) -> None:
        super().__init__(folder, secret, webhook_url, bot)
        self._server: Server | None = None

    def start(self, port: int = 0, host: str = HOST) -> str:
        """Serve, on this machine alone unless another host address is given, and return the
        address; port 0 takes a free one."""
        self._server = Server(create_app(self, host), port, host)
        self._url = self._server.url
        return self._url

    def stop(self) -> None:
        """Stop serving and sending; calling it twice is fine."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self.webhooks.close()
