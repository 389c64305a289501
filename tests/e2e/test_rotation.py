"""A webhook secret is changed while repositories still sign with the one before."""

import pytest

from fakes.deliveries import signed
from fakes.world import INFO, a_tree
from fixtures.live import live

NEW = b"the secret from now on"
MOON = "sugarlabs-demo/moon"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rotation")
    (folder / "new").write_bytes(NEW + b"\n")
    # What the forge signs with has become the secret before.
    old = {"webhook_secret_old": "a secret for tests", "webhook_secret": ""}
    with live(folder, builder="plain", webhook_secret_file=str(folder / "new"), **old) as running:
        yield running


def test_a_forge_that_signs_with_the_secret_before_still_publishes(store):
    release = store.release(MOON, a_tree(INFO), "v1")

    assert store.build_of(release)["state"] == "published"


@pytest.mark.parametrize(("secret", "status"), [(NEW, 200), (b"neither of both", 401)])
def test_the_new_secret_counts_already_and_no_other(store, secret, status):
    body, headers = signed({"zen": "Ping."}, f"guid-{status}", event="ping", secret=secret)

    answer = store.http.post("/api/hook", content=body, headers=headers)

    assert answer.status_code == status
