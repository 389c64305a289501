"""Which addresses are of the public Internet, in whatever clothes they come."""

import httpx
import pytest

from aslo.adapters.github_places import checked
from aslo.domain.errors import ForgeError

BASE = httpx.URL("https://api.github.test")
PLACE = httpx.URL("https://storage.test/a.png")


def led_to(address: str) -> list[str]:
    def resolve(host: str) -> list[str]:
        return [address] if host == PLACE.host else ["93.184.215.14"]

    return checked(PLACE, "GET /a", base=BASE, resolve=resolve)


@pytest.mark.case("T23")
@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "::ffff:127.0.0.1",
        "fec0::1",
        "feff::1",
        "::127.0.0.1",
        "::93.184.215.14",
        "::1",
        "::",
        "fc00::1",
        "fe80::1%eth0",
        "ff0e::1",
        "224.0.0.1",
    ],
)
def test_an_address_that_hides_one_of_our_own_network_is_refused(address):
    with pytest.raises(ForgeError, match="into our own network"):
        led_to(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:4700::1", "64:ff9b::93.184.215.14", "2002:5db8:d70e::1"],
)
def test_an_address_of_the_public_internet_is_asked_in_any_clothes(address):
    assert led_to(address) == [address]
