"""Have a repository's missing releases taken in, as somebody wishes who may."""

from dataclasses import dataclass

from aslo.domain.activity import Repository
from aslo.ports import Bell, Clock, Forge, Store
from aslo.services import missed_releases, pacing
from aslo.services.missed_releases import Missing
from aslo.services.outlook import Outlook
from aslo.services.reconcile import log_discrepancy


@dataclass(frozen=True, slots=True)
class Replayer:
    """What is needed for it; the forge is asked for no more than a page of releases."""

    store: Store
    forge: Forge
    bell: Bell
    clock: Clock
    outlook: Outlook

    def replay(self, repository: Repository, which: Missing) -> int:
        """Take in the newest release that nobody told of, or every one; how many. ForgeError if
        the forge cannot be asked, or is left alone."""
        pacing.require(store=self.store, clock=self.clock)
        try:
            return missed_releases.replay(
                repository,
                which,
                store=self.store,
                forge=self.forge,
                bell=self.bell,
                clock=self.clock,
                tell=log_discrepancy,
            )
        finally:
            self.outlook.forget(repository.full_name)
