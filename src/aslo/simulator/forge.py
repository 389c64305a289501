"""The simulated forge as one thing: its parts, and their verbs in one place."""

from pathlib import Path

from aslo.simulator.apps import Apps
from aslo.simulator.checks import Checks
from aslo.simulator.faults import Faults
from aslo.simulator.hooks import Hooks
from aslo.simulator.hosting import Hosting
from aslo.simulator.limits import Limits
from aslo.simulator.moving import Moving
from aslo.simulator.oauth import OAuth
from aslo.simulator.proposing import Proposing
from aslo.simulator.publishing import Publishing
from aslo.simulator.remarks import Remarks
from aslo.simulator.server import HOST
from aslo.simulator.state import State
from aslo.simulator.webhooks import Webhooks

BOT = "aslo-bot"


class SimulatedForge:
    """A forge in a folder. Repositories are named `owner/name`; everything survives a restart."""

    def __init__(self, folder: Path, secret: str, webhook_url: str = "", bot: str = BOT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.bot = bot
        self.faults = Faults()
        self.limits = Limits()
        self.state = State(folder / "simulator.db")
        self.hooks = Hooks(self.state)
        self.webhooks = Webhooks(self.state, self.hooks, secret, webhook_url)
        self.hosting = Hosting(self.state, folder / "repositories")
        self.publishing = Publishing(
            self.state, self.hosting, self.webhooks, folder / "assets", lambda: self.url
        )
        self.remarks = Remarks(self.state, self.hosting, self.webhooks, lambda: self.url)
        self.apps = Apps(self.state, self.hosting)
        self.checks = Checks(self.state, self.hosting)
        self.moving = Moving(self.state, self.hosting, self.apps, self.webhooks, lambda: self.url)
        self.oauth = OAuth(self.state, self.hosting, bot)
        self.proposing = Proposing(
            self.state, self.hosting, self.apps, self.webhooks, lambda: self.url
        )
        self._url = ""
        self._name_verbs()

    def _name_verbs(self) -> None:
        """Give the parts' verbs one place to be called from."""
        self.add_repository = self.hosting.add_repository
        self.rename_repository = self.hosting.rename_repository
        self.rename = self.moving.rename
        self.set_private = self.moving.set_private
        self.delete_repository = self.moving.delete
        self.add_app = self.apps.add_app
        self.add_oauth_app = self.oauth.add_oauth_app
        self.add_collaborator = self.oauth.add_collaborator
        self.install_app = self.moving.install
        self.uninstall_app = self.moving.uninstall
        self.check_runs = self.checks.check_runs
        self.commit = self.hosting.commit
        self.take_over = self.hosting.take_over
        self.push = self.proposing.push
        self.delete_branch = self.proposing.delete_branch
        self.fork = self.proposing.fork
        self.propose = self.proposing.propose
        self.tell_pull = self.proposing.tell_pull
        self.ask_again = self.proposing.ask_again
        self.tag = self.hosting.tag
        self.release = self.publishing.release
        self.attach = self.publishing.attach
        self.edit_release = self.publishing.edit_release
        self.delete_release = self.publishing.delete_release
        self.redeliver = self.webhooks.redeliver
        self.deliveries = self.webhooks.log
        self.wait = self.webhooks.wait
        self.comments = self.remarks.comments
        self.statuses = self.remarks.statuses
        self.add_comment = self.remarks.add_comment

    @property
    def url(self) -> str:
        """Where it serves, without a slash at the end; every address it tells begins so."""
        if not self._url:
            raise RuntimeError("the simulator has not been started")
        return self._url

    @property
    def storage_url(self) -> str:
        """The other host, under which assets are kept as GitHub keeps them elsewhere."""
        return self.url.replace(HOST, "localhost")
