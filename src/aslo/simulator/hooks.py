"""Webhooks that somebody set up on an organisation or a repository."""

from typing import Any

from aslo.simulator.state import Document, State, UnknownError, now

QUIET = {"code": None, "status": "unused", "message": None}


class Hooks:
    """Keeps hooks; a place is an organisation's login, or `owner/name`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, place: str) -> list[Document]:
        """The hooks of a place, oldest first."""
        return self._state.find("hook", place=place)

    def hook(self, place: str, number: int) -> Document:
        """The hook of that number; UnknownError if the place has none such."""
        found = self._state.get("hook", number)
        if found is None or found["place"] != place:
            raise UnknownError(f"{place} has no hook {number}")
        return found

    def add(self, place: str, asked: dict[str, Any]) -> Document:
        """Set a hook up; ValueError without an address, or where the same is there already."""
        config = {"content_type": "form", "insecure_ssl": "0", **asked.get("config", {})}
        if not config.get("url"):
            raise ValueError("config.url is missing")
        if any(each["config"]["url"] == config["url"] for each in self.of(place)):
            raise ValueError("Hook already exists on this place")
        document = {
            "place": place,
            "active": asked.get("active", True),
            "events": asked.get("events") or ["push"],
            "config": config,
            "last_response": QUIET,
            "created_at": now(),
        }
        return self._state.add("hook", document)

    def change(self, found: Document, asked: dict[str, Any]) -> Document:
        """Change a hook; a new `config` replaces the old one whole, as on GitHub."""
        changed = dict(found)
        for name in {"active", "events"} & set(asked):
            changed[name] = asked[name]
        if "config" in asked:
            changed["config"] = {"content_type": "form", "insecure_ssl": "0", **asked["config"]}
        self._state.save("hook", changed)
        return changed

    def listening(self, event: str, full_name: str) -> list[Document]:
        """The hooks that want to hear of an event of a repository."""
        owner = full_name.partition("/")[0]
        return [
            hook
            for hook in self._state.find("hook", active=True)
            if hook["place"] in (owner, full_name) and {event, "*"} & set(hook["events"])
        ]

    def answered(self, number: int, code: int | None, message: str) -> None:
        """Note how the address of a hook answered last."""
        if found := self._state.get("hook", number):
            status = "active" if code and code < 400 else "misconfigured"
            found["last_response"] = {"code": code, "status": status, "message": message}
            self._state.save("hook", found)
