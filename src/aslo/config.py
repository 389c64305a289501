"""What an operator can set: read once from `ASLO_*`, every fault told at once."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

from aslo import config_values as values
from aslo.config_odds import at_odds
from aslo.config_setting import Setting, setting
from aslo.domain.errors import AsloError

PREFIX = "ASLO_"
FOR_TESTS = "ASLO_TEST_"
FILE = "_FILE"

STORES = ("sqlite", "mongodb", "mongodb+srv")
FILES = ("file", "s3")
BROKERS = ("redis", "amqp")
BUILDERS = ("auto", "docker", "bubblewrap", "plain")


class ConfigError(AsloError):
    """The environment cannot be used as it is; the message lists every fault."""

    code = "bad-configuration"
    hint = "Correct each variable named above, then start again; see docs/configuration.md."

    def __init__(self, faults: list[str]) -> None:
        noun = "fault" if len(faults) == 1 else "faults"
        lines = "".join(f"\n  {fault}" for fault in faults)
        super().__init__(f"the configuration has {len(faults)} {noun}:{lines}")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Config:
    """Everything an operator has decided; a field `x` is set by `ASLO_X`."""

    home: Path = setting("var", "The folder that holds everything this site keeps.", Path)
    store: str = setting(
        "sqlite:{home}/aslo.db",
        "The record, as a URL: `sqlite:PATH` or `mongodb://HOST/DATABASE`.",
        values.one_of_schemes(*STORES),
        values.without_password,
    )
    files: str = setting(
        "file:{home}/files",
        "Where bundles and pictures are kept, as a URL: `file:FOLDER` or `s3://BUCKET/PREFIX`.",
        values.folder_or_bucket(*FILES),
    )
    files_endpoint: str = setting(
        "",
        "The address of the object store; empty, that of AWS in the region.",
        values.or_empty(values.web_address),
    )
    files_region: str = setting(
        "", "The region of the bucket; empty, `us-east-1`.", values.or_empty(values.token)
    )
    files_key_id: str = setting(
        "",
        "The id of the key to the bucket; empty, one is looked for as AWS's tools do.",
        values.or_empty(values.token),
    )
    files_secret: str = setting(
        "", "The secret of that key.", values.or_empty(values.token), values.hidden
    )
    files_path_style: bool = setting(
        "yes",
        "`no` puts the bucket's name before the host's instead of into the path.",
        values.yes_or_no,
    )
    files_plain_http: bool = setting(
        "no",
        "`yes` allows an object store over plain http that is not on this machine.",
        values.yes_or_no,
    )
    catalog: Path = setting(
        "{home}/catalog.db", "The read model of this machine; it can be deleted at any time.", Path
    )
    broker: str = setting(
        "",
        "Rings workers: `redis://...` or `amqp://...`; empty, workers look for themselves.",
        values.or_empty(values.one_of_schemes(*BROKERS)),
        values.without_password,
    )
    builder: str = setting(
        "auto",
        "What builds: `docker`, `bubblewrap` or `plain`; `auto` takes the first that works here.",
        values.one_of(*BUILDERS),
    )
    build_image: str = setting(
        "aslo-build", "The container image in which bundles are built.", values.word
    )
    fetch_network: str = setting(
        "bridge", "The Docker network of the sandbox that fetches sources.", values.word
    )
    forge: str = setting(
        "https://api.github.com", "The address of the forge's REST API.", values.web_address
    )
    forge_plain_http: bool = setting(
        "no", "`yes` allows a forge over plain http that is not on this machine.", values.yes_or_no
    )
    forge_token: str = setting(
        "",
        "The bot account's token; empty, ASLO only reads, and developers are told nothing.",
        values.or_empty(values.token),
        values.hidden,
    )
    forge_app_id: str = setting(
        "",
        "The number of the GitHub App that ASLO acts as where it is installed.",
        values.or_empty(values.word),
    )
    forge_app_key: str = setting(
        "",
        "The App's private key, an RSA key in PEM; goes with `ASLO_FORGE_APP_ID`.",
        values.or_empty(values.rsa_key),
        values.hidden,
    )
    forge_admin_token: str = setting(
        "",
        "A token that may change webhooks, for `aslo forge`, `reconcile` and `why`; empty, "
        "the App is used.",
        values.or_empty(values.token),
        values.hidden,
    )
    forge_place: str = setting(
        "",
        "Whose webhook workers look after, an organisation or `OWNER/NAME`; empty, the App's own.",
        values.or_empty(values.place),
    )
    webhook_secret: str = setting(
        "", "Signs deliveries; a web server does not start without it.", str, values.hidden
    )
    webhook_secret_old: str = setting(
        "", "The secret before, still accepted while repositories change.", str, values.hidden
    )
    github_client_id: str = setting(
        "",
        "The client id of the OAuth App by which people sign in; empty, nobody does.",
        values.or_empty(values.word),
    )
    github_client_secret: str = setting(
        "", "The client secret of that App.", values.or_empty(values.token), values.hidden
    )
    session_secret: str = setting(
        "",
        "Signs the cookies of those who signed in; 32 characters or more, the same on every node.",
        values.or_empty(values.long_secret),
        values.hidden,
    )
    admins: tuple[str, ...] = setting(
        "",
        "Logins, with commas between, of people who may do for every repository what its "
        "maintainers may.",
        values.logins,
    )
    listen: str = setting(
        "127.0.0.1:8000",
        "Where the web server listens: `HOST:PORT` or `unix:PATH`.",
        values.socket_address,
    )
    public_url: str = setting(
        "http://{listen}",
        "The address by which the world knows this site.",
        values.web_address,
    )
    accel: str = setting(
        "",
        "The internal location by which nginx sends files for us, as `/_files`; empty, we do.",
        values.or_empty(values.inner_path),
    )
    web_workers: int = setting("2", "Processes of the web server.", values.whole(1, 64))
    web_threads: int = setting(
        "8", "Requests that one of those processes answers at once.", values.whole(1, 128)
    )
    api_per_minute: int = setting(
        "1200", "Requests to the API of one address in a minute; 0, any.", values.whole(0, 999_999)
    )
    lease_seconds: float = setting(
        "60", "How long a silent worker keeps its build.", values.seconds(1)
    )
    heartbeat_seconds: float = setting(
        "15",
        "How often a worker says that it is alive; at most half the lease.",
        values.seconds(0.1),
    )
    poll_seconds: float = setting(
        "1", "How often an idle worker looks for work.", values.seconds(0.05)
    )
    attempts: int = setting(
        "3", "How often a build is tried before it ends as errored.", values.whole(1, 20)
    )
    asset_wait_seconds: float = setting(
        "300",
        "How long a release waits for an attached bundle that is still being uploaded.",
        values.seconds(0),
    )
    build_seconds: int = setting("900", "The time one build may take.", values.whole(1, 86_400))
    build_memory: int = setting("2G", "The memory one build may use.", values.size("64M"))
    build_disk: int = setting("2G", "The disk one build may fill.", values.size("16M"))
    build_processes: int = setting(
        "256", "The processes and threads one build may have at once.", values.whole(8, 32_768)
    )
    metrics_from: tuple[values.Network, ...] = setting(
        "127.0.0.0/8,::1",
        "The addresses or networks, with commas between, whose monitors may read `/metrics`.",
        values.networks,
    )
    metrics_listen: str = setting(
        "",
        "Where a worker answers monitors itself, as `HOST:PORT`; empty, it does not.",
        values.or_empty(values.host_and_port),
    )
    sentry_dsn: str = setting(
        "",
        "The address of the operator's Sentry, which is told of what breaks; empty, nobody is.",
        values.or_empty(values.token),
        values.hidden,
    )
    log_level: str = setting(
        "info", "The least that is logged.", values.one_of("debug", "info", "warning", "error")
    )
    log_format: str = setting(
        "text", "`text` for people, `json` for machines.", values.one_of("text", "json")
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """Read the settings; ConfigError lists everything that is wrong with them."""
        faults = list(_unknown(environ))
        read: dict[str, Any] = {}
        for name, made in settings().items():
            try:
                read[name] = made.read(_text(name, made, environ, read))
            except ValueError as error:
                faults.append(_named(name, made, environ, error))
        faults += at_odds(read)
        if faults:
            raise ConfigError(faults)
        return cls(**read)

    def require_web(self) -> None:
        """ConfigError if a web server must not start: anybody could sign with an empty secret."""
        if not self.webhook_secret:
            raise ConfigError(
                ["ASLO_WEBHOOK_SECRET is not set: give the secret that GitHub signs webhooks with"]
            )

    def __repr__(self) -> str:
        shown = (f"{name}={made.show(getattr(self, name))}" for name, made in settings().items())
        return f"Config({', '.join(shown)})"


def settings() -> dict[str, Setting]:
    """Every setting by the name of its field."""
    return {each.name: _setting(each) for each in fields(Config)}


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def _setting(each: Field[Any]) -> Setting:
    made: Setting = each.metadata["setting"]
    return made


def _text(name: str, made: Setting, environ: Mapping[str, str], read: Mapping[str, Any]) -> str:
    """The text of a setting: the variable's, its file's, or the default."""
    given = environ.get(variable(name), "").strip()
    path = environ.get(variable(name) + FILE, "").strip() if made.secret else ""
    if given and path:
        raise ValueError(f"is set, and {variable(name)}{FILE} too; keep one of them")
    if path:
        return values.text_of_file(path)
    listen = values.reached_at(read.get("listen", ""))
    return given or made.default.format(home=read.get("home"), listen=listen)


def _named(name: str, made: Setting, environ: Mapping[str, str], error: ValueError) -> str:
    value = environ.get(variable(name), "").strip()
    # A password may also stand where none belongs.
    shown = f"={made.show(value) if made.secret else values.without_password(value)}"
    return f"{variable(name)}{shown if value else ''} {error}"


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    known = set()
    for name, made in settings().items():
        known |= {variable(name), variable(name) + FILE} if made.secret else {variable(name)}
    for name in sorted(environ):
        if name.startswith(PREFIX) and not name.startswith(FOR_TESTS) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            cure = f"did you mean {near[0]}?" if near else "unset it"
            yield f"{name} is no setting of ASLO: {cure}"
