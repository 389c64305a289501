"""Signed deliveries as GitHub sends them, prepared before the clock runs."""

from uuid import uuid4

from bench.sites import SECRET
from fakes.deliveries import a_payload, signed

PADDING = "GitHub tells much that nobody here reads. " * 150
"""Makes a body about as long as GitHub's, which is 6 to 8 kB for a release."""


def deliveries(count: int, repository: int) -> dict[str, bytes]:
    """Requests by their GUID; each is about a release of its own."""
    made = {}
    for number in range(1, count + 1):
        guid = str(uuid4())
        made[guid] = _request(guid, repository, number)
    return made


def _request(guid: str, repository: int, number: int) -> bytes:
    payload = a_payload(id=number, tag_name=f"v{number}", body="What is new. " * 20)
    payload["repository"]["id"] = repository
    payload["sender"] = {"about": PADDING}
    body, headers = signed(payload, guid=guid, secret=SECRET.encode())
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = f"POST /api/hook HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{''.join(lines)}\r\n".encode() + body
