"""Where a demo lives: one folder, and what is remembered in it between two runs."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from aslo.domain.errors import AsloError

NOTE = "demo.json"
CLIENT_ID = "demo-site"


class DemoError(AsloError):
    """The demo cannot do what was asked."""

    code = "demo-error"
    hint = "See what the demo says where it was started, or start it anew with `make demo`."


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a demo and the addresses of its site and its forge."""

    folder: Path
    site_url: str
    forge_url: str
    secret: str

    def save(self) -> None:
        """Remember the addresses for a second terminal."""
        note = asdict(self) | {"folder": str(self.folder)}
        path = self.folder / NOTE
        path.touch(mode=0o600)
        path.write_text(json.dumps(note, indent=2))

    @property
    def client_secret(self) -> str:
        """By which the site proves to the forge that it is the one that people sign in to."""
        return self._other_secret("client")

    def _other_secret(self, use: str) -> str:
        return hashlib.sha256(f"{use} {self.secret}".encode()).hexdigest()

    def environ(self, inherited: dict[str, str], port: int) -> dict[str, str]:
        """The environment in which the site's programs run."""
        kept = {name: value for name, value in inherited.items() if not _own(name)}
        return kept | {
            "ASLO_HOME": str(self.folder / "site"),
            "ASLO_FORGE": self.forge_url,
            "ASLO_FORGE_TOKEN": "demo-token",
            "ASLO_FETCH_NETWORK": "host",
            "ASLO_WEBHOOK_SECRET": self.secret,
            "ASLO_GITHUB_CLIENT_ID": CLIENT_ID,
            "ASLO_GITHUB_CLIENT_SECRET": self.client_secret,
            "ASLO_SESSION_SECRET": self._other_secret("session"),
            "ASLO_PUBLIC_URL": self.site_url,
            "ASLO_LISTEN": f"127.0.0.1:{port}",
            "ASLO_LOG_LEVEL": inherited.get("ASLO_LOG_LEVEL", "warning"),
            "ASLO_BUILDER": inherited.get("ASLO_BUILDER", "auto"),
        }


def remembered(folder: Path) -> Place:
    """The demo in a folder; DemoError if there is none."""
    try:
        note = json.loads((folder / NOTE).read_text())
        return Place(Path(note["folder"]), note["site_url"], note["forge_url"], note["secret"])
    except (OSError, ValueError, KeyError) as error:
        raise DemoError(f"no demo is running in {folder}") from error


def secret_of(folder: Path) -> str:
    """The webhook secret of the demo in a folder, new if there is none yet."""
    try:
        return remembered(folder).secret
    except DemoError:
        return secrets.token_hex(20)


def _own(name: str) -> bool:
    return name.startswith("ASLO_") and not name.startswith("ASLO_TEST_")
