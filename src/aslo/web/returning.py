"""Where somebody who signed in may be sent back to: a page of ours, whatever was asked for."""

import re

from aslo.web.sessions import is_personal

HOME = "/account"
_PATH = re.compile(r"/[A-Za-z0-9_@.][A-Za-z0-9_@.~/-]*(?:\?[A-Za-z0-9_.~/%=&+-]*)?", re.ASCII)
LONGEST = 500


def safe_return(asked: str) -> str:
    """The path that was asked for, if it is one where it matters who asks; else that of the
    account. A host, a scheme, a backslash or a line break is in none of these."""
    path = asked.partition("?")[0]
    fits = len(asked) <= LONGEST and _PATH.fullmatch(asked) is not None
    return asked if fits and is_personal(path) else HOME
