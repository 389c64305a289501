"""Settings: their defaults, every fault at once, and no secret shown."""

from pathlib import Path

import pytest

from aslo import bootstrap
from aslo.config import BROKERS, BUILDERS, FILES, STORES, Config, ConfigError, settings, variable
from fixtures.app_key import key_pair

SECRET = "the-canary-that-must-not-sing"


def faults(**environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Config.from_environ(environ)
    return caught.value.faults


def test_nothing_needs_to_be_set():
    config = Config.from_environ({"PATH": "/bin", "LANG": "C.UTF-8"})

    assert config.home == Path("var")
    assert (config.store, config.broker, config.builder) == ("sqlite:var/aslo.db", "", "auto")
    assert config.build_memory == 2 * 1024**3
    assert config.forge_plain_http is False


def test_everything_moves_with_home():
    config = Config.from_environ({"ASLO_HOME": "/srv/aslo"})

    assert config.store == "sqlite:/srv/aslo/aslo.db"
    assert config.files == "file:/srv/aslo/files"
    assert config.catalog == Path("/srv/aslo/catalog.db")


@pytest.mark.parametrize(
    ("listen", "public_url"),
    [
        ("127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("[::1]:80", "http://[::1]:80"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000"),
        ("[::]:9000", "http://127.0.0.1:9000"),
        ("unix:/run/aslo.sock", "http://127.0.0.1:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_the_public_address_follows_the_one_listened_on(listen, public_url):
    assert Config.from_environ({"ASLO_LISTEN": listen}).public_url == public_url


def test_an_address_that_cannot_be_listened_on_is_one_fault():
    assert len(faults(ASLO_LISTEN="nowhere")) == 1


def test_only_a_hook_that_may_be_looked_at_is_looked_at():
    app = {"ASLO_FORGE_APP_ID": "1", "ASLO_FORGE_APP_KEY": key_pair()[0]}
    token, place = {"ASLO_FORGE_TOKEN": "t"}, {"ASLO_FORGE_PLACE": "sugarlabs"}

    for given in ({}, token, place, token | place):
        assert bootstrap.look_at_forge(Config.from_environ(given)) is None
    for given in (app, app | place):
        assert bootstrap.look_at_forge(Config.from_environ(given)) is not None


@pytest.mark.parametrize("place", ["-/-/-", "a b", "sugarlabs/", "https://github.com/sugarlabs"])
def test_a_place_is_an_organisation_or_a_repository(place):
    assert "OWNER/NAME" in faults(ASLO_FORGE_PLACE=place)[0]


def test_what_is_set_wins_over_home():
    config = Config.from_environ({"ASLO_HOME": "/srv", "ASLO_CATALOG": "/fast/catalog.db"})

    assert config.catalog == Path("/fast/catalog.db")


def test_a_blank_value_is_an_unset_one():
    assert Config.from_environ({"ASLO_ATTEMPTS": " ", "ASLO_HOME": ""}) == Config.from_environ({})


def test_all_faults_are_told_together():
    found = faults(ASLO_ATTEMPTS="many", ASLO_BUILDER="podman", ASLO_STROE="sqlite:x")

    assert found == (
        "ASLO_STROE is no setting of ASLO: did you mean ASLO_STORE?",
        "ASLO_BUILDER='podman' must be one of: auto, docker, bubblewrap, plain",
        "ASLO_ATTEMPTS='many' must be a whole number from 1 to 20",
    )


def test_the_message_counts_and_lists_the_faults():
    with pytest.raises(ConfigError) as caught:
        Config.from_environ({"ASLO_ATTEMPTS": "0", "ASLO_LOG_LEVEL": "loud"})

    assert caught.value.message.splitlines() == [
        "the configuration has 2 faults:",
        "  ASLO_ATTEMPTS='0' must be a whole number from 1 to 20",
        "  ASLO_LOG_LEVEL='loud' must be one of: debug, info, warning, error",
    ]


def test_an_unknown_name_that_resembles_nothing_is_to_be_unset():
    assert faults(ASLO_QQQ="1") == ("ASLO_QQQ is no setting of ASLO: unset it",)


def test_only_a_secret_may_come_from_a_file():
    assert "did you mean" in faults(ASLO_ATTEMPTS_FILE="/run/attempts")[0]


def test_names_for_tests_and_of_others_are_no_concern():
    Config.from_environ({"ASLO_TEST_REQUIRE": "1", "ASLOTH": "slow"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASLO_ATTEMPTS", "0"),
        ("ASLO_ATTEMPTS", "21"),
        ("ASLO_ATTEMPTS", "1.5"),
        ("ASLO_ATTEMPTS", "٣"),
        ("ASLO_BROKER", "http://localhost"),
        ("ASLO_BROKER", "redis:"),
        ("ASLO_BUILD_DISK", "1K"),
        ("ASLO_BUILD_IMAGE", "-v/:/host"),
        ("ASLO_BUILD_MEMORY", "2 GB"),
        ("ASLO_BUILD_MEMORY", "63M"),
        ("ASLO_FETCH_NETWORK", "a b"),
        ("ASLO_FILES", "ftp://bucket"),
        ("ASLO_FILES", "s3:bucket"),
        ("ASLO_FILES", "s3://Bucket"),
        ("ASLO_FILES", "s3://bucket/../other"),
        ("ASLO_FILES", "s3://key:secret@bucket"),
        ("ASLO_FILES_ENDPOINT", "s3.example.org"),
        ("ASLO_FILES_KEY_ID", "a b"),
        ("ASLO_FORGE", "ftp://example.org"),
        ("ASLO_FORGE", "https://user:pass@example.org"),
        ("ASLO_FORGE_PLAIN_HTTP", "true"),
        ("ASLO_LEASE_SECONDS", "nan"),
        ("ASLO_LEASE_SECONDS", "-1"),
        ("ASLO_LISTEN", "8000"),
        ("ASLO_LISTEN", "127.0.0.1:99999"),
        ("ASLO_LISTEN", "unix:"),
        ("ASLO_METRICS_FROM", "10.0.0.1/8"),
        ("ASLO_METRICS_FROM", "monitor.internal"),
        ("ASLO_METRICS_LISTEN", "unix:/run/aslo.sock"),
        ("ASLO_POLL_SECONDS", "0"),
        ("ASLO_PUBLIC_URL", "example.org"),
        ("ASLO_PUBLIC_URL", "https://example.org/?a=1"),
        ("ASLO_PUBLIC_URL", "https://example.org:port"),
        ("ASLO_STORE", "postgres://x"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(name, value):
    (fault,) = faults(**{name: value})

    assert fault.startswith(f"{name}=")


@pytest.mark.parametrize(
    ("text", "size"), [("64M", 64 * 1024**2), ("2g", 2 * 1024**3), ("134217728", 134217728)]
)
def test_a_size_may_have_a_unit(text, size):
    assert Config.from_environ({"ASLO_BUILD_MEMORY": text}).build_memory == size


def test_an_address_loses_its_closing_slash():
    config = Config.from_environ({"ASLO_PUBLIC_URL": "https://activities.example.org/"})

    assert config.public_url == "https://activities.example.org"


@pytest.mark.parametrize(
    "listen", ["0.0.0.0:80", "[::1]:8000", "localhost:8000", "unix:/run/aslo.sock"]
)
def test_a_server_listens_on_a_port_or_a_socket(listen):
    assert Config.from_environ({"ASLO_LISTEN": listen}).listen == listen


def test_monitors_may_be_several_networks():
    config = Config.from_environ({"ASLO_METRICS_FROM": "10.0.0.0/8, 192.0.2.7,fd00::/8"})

    assert [str(each) for each in config.metrics_from] == ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"]


def test_one_lost_heartbeat_must_not_lose_a_build():
    (fault,) = faults(ASLO_LEASE_SECONDS="20", ASLO_HEARTBEAT_SECONDS="15")

    assert "more than half" in fault


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"])
def test_a_forge_on_this_machine_may_speak_plain_http(host):
    assert Config.from_environ({"ASLO_FORGE": f"http://{host}:9"}).forge == f"http://{host}:9"


@pytest.mark.parametrize("host", ["forge.example.org", "localhost.example.org", "10.0.0.1"])
def test_a_forge_elsewhere_speaks_https_unless_allowed(host):
    (fault,) = faults(ASLO_FORGE=f"http://{host}")

    assert "ASLO_FORGE_PLAIN_HTTP=yes" in fault
    Config.from_environ({"ASLO_FORGE": f"http://{host}", "ASLO_FORGE_PLAIN_HTTP": "yes"})


@pytest.mark.parametrize("files", ["s3://bucket", "s3://a.bucket/", "s3://bucket/a/prefix_2"])
def test_files_may_be_in_a_bucket(files):
    assert Config.from_environ({"ASLO_FILES": files}).files == files


def test_an_object_store_elsewhere_speaks_https_unless_allowed():
    elsewhere = {"ASLO_FILES_ENDPOINT": "http://objects.example.org"}

    (fault,) = faults(**elsewhere)

    assert "ASLO_FILES_PLAIN_HTTP=yes" in fault
    Config.from_environ({**elsewhere, "ASLO_FILES_PLAIN_HTTP": "yes"})
    Config.from_environ({"ASLO_FILES_ENDPOINT": "http://127.0.0.1:9000"})


@pytest.mark.parametrize("half", ["ASLO_FILES_KEY_ID", "ASLO_FILES_SECRET"])
def test_half_a_key_is_refused(half):
    (fault,) = faults(**{half: "half"})

    assert "set both" in fault


def test_a_secret_comes_from_a_file_without_its_last_newline(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")

    config = Config.from_environ({"ASLO_WEBHOOK_SECRET_FILE": str(path)})

    assert config.webhook_secret == SECRET


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path):
    (fault,) = faults(ASLO_FORGE_TOKEN_FILE=str(tmp_path / "gone"))

    assert "ASLO_FORGE_TOKEN cannot be read" in fault
    assert "gone" in fault


def test_a_secret_has_one_place():
    (fault,) = faults(ASLO_FORGE_TOKEN=SECRET, ASLO_FORGE_TOKEN_FILE="/run/token")

    assert "keep one of them" in fault
    assert SECRET not in fault


@pytest.mark.case("D04", "T03")
@pytest.mark.parametrize("blank", [{}, {"ASLO_WEBHOOK_SECRET": ""}, {"ASLO_WEBHOOK_SECRET": " \t"}])
def test_a_web_server_does_not_start_without_a_secret(blank):
    config = Config.from_environ(blank)

    with pytest.raises(ConfigError, match="ASLO_WEBHOOK_SECRET is not set"):
        config.require_web()


def test_a_web_server_starts_with_a_secret():
    Config.from_environ({"ASLO_WEBHOOK_SECRET": SECRET}).require_web()


def test_no_secret_is_ever_shown():
    environ = {
        "ASLO_FILES_KEY_ID": "id",
        "ASLO_FILES_SECRET": SECRET,
        "ASLO_FORGE_TOKEN": SECRET,
        "ASLO_WEBHOOK_SECRET": SECRET,
        "ASLO_WEBHOOK_SECRET_OLD": SECRET,
        "ASLO_BROKER": f"redis://:{SECRET}@localhost/0",
    }

    shown = repr(Config.from_environ(environ))

    assert SECRET not in shown
    assert "broker='redis://***@localhost/0'" in shown
    assert "forge_token='***'" in shown


@pytest.mark.parametrize(
    "name",
    [name for name, setting in settings().items() if setting.secret]
    + ["files", "forge", "listen", "public_url"],
)
def test_no_fault_shows_a_secret_or_a_password_in_an_address(name):
    environ = {variable(name): f"gopher://user:{SECRET}@x/ y", "ASLO_ATTEMPTS": "wrong"}

    assert SECRET not in "".join(faults(**environ))


def test_a_setting_is_where_bootstrap_looks_for_it():
    assert set(STORES) == set(bootstrap.STORES)
    assert set(FILES) == set(bootstrap.FILES)
    assert {"", *BROKERS} == set(bootstrap.BELLS)
    assert set(BUILDERS) == {"auto", *bootstrap.BUILDERS}


KEY = "-----BEGIN RSA PRIVATE KEY-----\\nQUJD\\n-----END RSA PRIVATE KEY-----"


def test_an_app_s_key_may_have_its_line_breaks_written_out_and_is_never_shown():
    config = Config.from_environ({"ASLO_FORGE_APP_ID": "7", "ASLO_FORGE_APP_KEY": KEY})

    assert config.forge_app_key.splitlines()[1] == "QUJD"
    assert "QUJD" not in repr(config)


@pytest.mark.parametrize(
    "environ",
    [
        {"ASLO_FORGE_APP_ID": "7"},
        {"ASLO_FORGE_APP_KEY": KEY},
        {"ASLO_FORGE_APP_ID": "7", "ASLO_FORGE_APP_KEY": KEY[:40]},
    ],
)
def test_an_app_needs_its_number_and_its_whole_key(environ):
    with pytest.raises(ConfigError) as refused:
        Config.from_environ(environ)

    assert "ASLO_FORGE_APP_KEY" in str(refused.value)
    assert "QUJD" not in str(refused.value)
