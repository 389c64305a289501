"""Which addresses may be asked when GitHub, or somebody through GitHub, leads to them."""

import ipaddress
import socket
from collections.abc import Callable

import httpx

from aslo.domain.errors import ForgeError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# https://www.rfc-editor.org/rfc/rfc6052 and https://www.rfc-editor.org/rfc/rfc4291
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")
Resolver = Callable[[str], list[str]]


def plain(text: str) -> httpx.URL:
    """GitHub's address as the operator set it; ValueError unless it is plain http or https."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError("GitHub's address is not a URL") from error
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query:
        raise ValueError(
            f"GitHub's address is not a plain http or https URL, got one of host {url.host!r}"
        )
    return url


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """What two addresses share that lead to one server."""
    return url.scheme, url.host, url.port


def checked(url: httpx.URL, asked: str, *, base: httpx.URL, resolve: Resolver) -> list[str]:
    """Every address of a place that an answer leads to; ForgeError unless it is https and of the
    public Internet. A GitHub of our own network (a simulator, an enterprise server) may lead
    there."""
    if url.scheme not in {"https", base.scheme}:
        raise ForgeError(f"{asked} leads to {url.scheme!r}, not to https")
    if url.userinfo or not url.host:
        raise ForgeError(f"{asked} leads to an odd address, {url.host!r}")
    try:
        found = resolve(_name(url))
        inside = _inside(found) and not _inside(resolve(_name(base)))
    except (OSError, UnicodeError, ValueError) as error:
        raise ForgeError(f"{asked} leads to {url.host!r}, which is unknown") from error
    if inside or not found:
        raise ForgeError(f"{asked} leads into our own network, to {url.host!r}")
    return list(dict.fromkeys(found))


def pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The same request, connected to one address and to nothing else its name may stand for."""
    # A certificate is still asked for the name. That is looked at when a connection is made, so
    # one that was made for another name of this address must never be used again.
    name = _name(request.url)
    request.headers["Connection"] = "close"
    request.extensions["sni_hostname"] = name
    request.url = request.url.copy_with(host=address)
    return request


def addresses(host: str) -> list[str]:
    """Every address a host name stands for."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _name(url: httpx.URL) -> str:
    """The host as it goes over the wire."""
    return url.raw_host.decode("ascii")


def _inside(found: list[str]) -> bool:
    """Whether any address is not one of the public Internet."""
    return not all(_public(ipaddress.ip_address(text.partition("%")[0])) for text in found)


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local or address in COMPATIBLE:
            return False
        if (carried := _carried(address)) is not None:
            return _public(carried)
    return address.is_global and not address.is_multicast


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is reached in truth, through a translator or a tunnel."""
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
