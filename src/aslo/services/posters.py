"""Draw what is shown of a release where its page is shared."""

from pathlib import Path

from aslo.domain.activity import StoredFile
from aslo.domain.build import Build
from aslo.services.attempt import Attempt
from aslo.services.workbench import Workbench

MEDIA_TYPE = "image/png"


def draw(
    attempt: Attempt[Build],
    icon: StoredFile | None,
    bundle_id: str,
    folder: Path,
    *,
    bench: Workbench,
) -> StoredFile | None:
    """A picture of the icon, stored; None without an icon, or with a warning if that cannot be
    drawn, for nothing depends on it."""
    if icon is None:
        return None
    with bench.files.open(icon.sha256) as kept:
        svg = kept.read()
    try:
        drawn = bench.pictures.poster(svg, bundle_id)
    except ValueError as error:
        attempt.log(f"warning: there is no picture for pages that link here: {error}")
        return None
    path = folder / "poster.png"
    path.write_bytes(drawn)
    return bench.files.add(path, MEDIA_TYPE)
