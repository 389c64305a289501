"""Where a problem is explained, for whoever reads of it outside a terminal."""

STORE = "https://activities.sugarlabs.org"


def problem_url(code: str) -> str:
    """The page of a code."""
    return f"{STORE}/problems/{code}"
