"""The forge, as whoever looks after its webhooks sees it."""

from datetime import datetime
from typing import Protocol

from aslo.domain.hook import Allowance, AppState, Hook, Sent


class ForgeAdmin(Protocol):
    """What an operator sets up and looks after; a place is an organisation, or `owner/name`.

    NotFoundError for a place that is not there, or whose hooks we may not see.
    """

    def hooks(self, place: str) -> list[Hook]:
        """The hooks of a place."""

    def add_hook(self, place: str, url: str, secret: str) -> None:
        """Give a place a hook that tells this address of what ASLO must know."""

    def change_hook(self, place: str, hook_id: int, url: str, secret: str) -> None:
        """Make a hook one as `add_hook` makes them."""

    def sent(self, place: str, hook_id: int, since: datetime | None = None) -> list[Sent]:
        """The deliveries of a hook, failed ones too, newest first: those since that moment, or
        the latest hundred."""

    def redeliver(self, place: str, hook_id: int, sent_id: int) -> None:
        """Let the forge deliver once more, signed, with the same GUID."""

    def app(self) -> AppState | None:
        """The App as the forge knows it; None where ASLO is none."""

    def app_sent(self, since: datetime | None = None) -> list[Sent]:
        """The deliveries of the App's own hook, as `sent` gives them."""

    def app_redeliver(self, sent_id: int) -> None:
        """Let the forge deliver once more what the App's own hook was sent."""

    def allowance(self) -> Allowance:
        """How much may still be asked in this hour."""
