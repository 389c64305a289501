"""What somebody means who names a repository: `owner/name`, or an address that leads to it."""

import re

_NAMED = re.compile(
    r"""(?:(?:[a-z+]{3,9}://)?(?:[^@/\s]{1,60}@)?[a-z0-9.-]{1,250}(?::[0-9]{1,5})?[/:])?
    (?P<owner>[a-z0-9_-]{1,100})/(?P<name>[a-z0-9_.-]{1,100}?)(?:\.git)?(?:[/?\#].*)?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def repository_meant(text: str) -> str | None:
    """The `owner/name` that a text names, with whatever stands around it in an address; None if
    it names none."""
    found = _NAMED.fullmatch(text.strip())
    if found is None or found["name"] in (".", ".."):
        return None
    return f"{found['owner']}/{found['name']}"
