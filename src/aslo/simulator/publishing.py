"""Releases of the simulated forge, and what their changes tell the webhook."""

import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aslo.simulator import account_shapes as accounts
from aslo.simulator import shapes
from aslo.simulator.hosting import DEVELOPER, Hosting
from aslo.simulator.state import Document, State, UnknownError, now, only
from aslo.simulator.webhooks import Webhooks


class Publishing:
    """Keeps releases and their assets; `url` tells where the simulator serves."""

    def __init__(
        self,
        state: State,
        hosting: Hosting,
        webhooks: Webhooks,
        folder: Path,
        url: Callable[[], str],
    ) -> None:
        self._state = state
        self._hosting = hosting
        self._webhooks = webhooks
        self._folder = folder
        self._url = url
        folder.mkdir(parents=True, exist_ok=True)

    def release(
        self,
        full_name: str,
        tag: str,
        *,
        name: str = "",
        notes: str = "",
        assets: Mapping[str, bytes] | None = None,
        prerelease: bool = False,
        draft: bool = False,
        author: str = DEVELOPER,
    ) -> Document:
        """Publish a release (or save a draft) and tell the webhook; its GitHub shape."""
        repository = self._hosting.repository(full_name)
        made = self._state.add(
            "release",
            {
                "repository_id": repository["id"],
                "tag": tag,
                "name": name or tag,
                "notes": notes,
                "prerelease": prerelease,
                "draft": draft,
                "author": author,
                "created_at": now(),
                "published_at": None if draft else now(),
            },
        )
        for file_name, content in (assets or {}).items():
            self.attach(made["id"], file_name, content)
        self._tell(made, "created", *(() if draft else _publishing(prerelease)))
        return self.release_shape(made)

    def attach(self, release_id: int, name: str, content: bytes) -> Document:
        """Attach a file to a release; GitHub tells nobody."""
        release = only([self._state.get("release", release_id)], f"release {release_id}")
        digest = hashlib.sha256(content).hexdigest()
        (self._folder / digest).write_bytes(content)
        return self._state.add(
            "asset",
            {
                "release_id": release_id,
                "tag": release["tag"],
                "name": name,
                "state": "uploaded",
                "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
                "size": len(content),
                "digest": f"sha256:{digest}",
                "uploader": release["author"],
                "created_at": now(),
            },
        )

    def asset_file(self, asset: Document) -> Path:
        """Where the bytes of an asset are kept."""
        return self._folder / str(asset["digest"]).removeprefix("sha256:")

    def asset_named(self, full_name: str, tag: str, name: str) -> Document:
        """An asset by its public address; UnknownError if there is none."""
        repository = self._hosting.repository(full_name)
        for release in self._state.find("release", repository_id=repository["id"], tag=tag):
            if found := self._state.find("asset", release_id=release["id"], name=name):
                return found[0]
        raise UnknownError(f"{full_name} has no asset {name!r} at {tag!r}")

    def edit_release(
        self,
        release_id: int,
        *,
        name: str | None = None,
        notes: str | None = None,
        prerelease: bool | None = None,
        draft: bool | None = None,
    ) -> Document:
        """Change a release and tell the webhook what GitHub tells for such a change."""
        old = only([self._state.get("release", release_id)], f"release {release_id}")
        asked = {"name": name, "notes": notes, "prerelease": prerelease, "draft": draft}
        new = old | {field: value for field, value in asked.items() if value is not None}
        if new["draft"] != old["draft"]:
            new["published_at"] = None if new["draft"] else now()
        self._state.save("release", new)
        self._tell_change(old, new)
        return self.release_shape(new)

    def delete_release(self, release_id: int) -> None:
        """Delete a release, its assets too, and tell the webhook; the tag stays."""
        release = only([self._state.get("release", release_id)], f"release {release_id}")
        self._tell(release, "deleted")
        self._state.remove("release", release_id)
        for asset in self._state.find("asset", release_id=release_id):
            self._state.remove("asset", asset["id"])

    def release_shape(self, release: Document) -> Document:
        """A release as GitHub writes it."""
        repository = self._repository_of(release)
        assets = [
            shapes.asset(self._url(), found, repository, self._hosting.user(found["uploader"]))
            for found in self._state.find("asset", release_id=release["id"])
        ]
        author = self._hosting.user(release["author"])
        return shapes.release(self._url(), release, repository, author, assets)

    def _repository_of(self, release: Document) -> Document:
        number = release["repository_id"]
        return only([self._state.get("repository", number)], f"repository {number}")

    def _tell_change(self, old: Document, new: Document) -> None:
        if new["draft"] != old["draft"]:
            self._tell(new, *(["unpublished"] if new["draft"] else _publishing(new["prerelease"])))
            return
        names = {"name": "name", "notes": "body"}
        changed = {
            told: {"from": old[kept]} for kept, told in names.items() if old[kept] != new[kept]
        }
        self._tell(new, "edited", changes=changed)
        if new["prerelease"] != old["prerelease"]:
            self._tell(new, "prereleased" if new["prerelease"] else "released")

    def _tell(self, release: Document, *actions: str, **more: Any) -> None:
        repository = self._repository_of(release)
        owner = only([self._state.get("user", repository["owner_id"])], "owner")
        if owner["type"] == "Organization":
            more["organization"] = accounts.organization(self._url(), owner)
        for action in actions:
            payload = {
                "action": action,
                **more,
                "release": self.release_shape(release),
                "repository": shapes.webhook_repository(self._url(), repository, owner),
                "sender": accounts.user(self._url(), self._hosting.user(release["author"])),
            }
            self._webhooks.send("release", payload)


def _publishing(prerelease: bool) -> tuple[str, str]:  # noqa: FBT001 (a field of the release)
    """What GitHub sends when a release becomes public."""
    return "published", "prereleased" if prerelease else "released"
