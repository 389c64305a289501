"""Posters: what is shown of an activity where its page is shared, an icon on a coloured ground.

There are no words on it, so it is right in every script and needs no font.
"""

import subprocess
import sys

CPU_SECONDS = 5
TIME_OUT_SECONDS = 30
"""More than that, for a machine with much else to do."""
MAX_BYTES = 2 * 1024**2
# The size that readers of Open Graph ask for (1.91 to 1).
_CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630">'
    '<rect width="1200" height="630" fill="{ground}"/>'
    '<rect x="350" y="65" width="500" height="500" rx="60" fill="#fff"/>{icon}</svg>'
)
_PLACE = '<svg x="390" y="105" width="420" height="420"'


def poster(icon: bytes, ground: str) -> bytes:
    """An icon that was made safe before, as PNG on that colour; ValueError if it cannot be drawn
    within 5 seconds of the processor."""
    placed = icon.decode().replace("<svg", _PLACE, 1)
    drawn = _drawn(_CARD.format(ground=ground, icon=placed).encode())
    if len(drawn) > MAX_BYTES:
        raise ValueError(f"the poster has {len(drawn)} bytes, more than {MAX_BYTES}")
    return drawn


def _drawn(svg: bytes) -> bytes:
    command = (sys.executable, "-I", "-m", "aslo.adapters.poster_process", str(CPU_SECONDS))
    try:
        done = subprocess.run(
            command, input=svg, capture_output=True, timeout=TIME_OUT_SECONDS, check=True, env={}
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ValueError(f"the icon cannot be drawn: {_reason(error)}") from error
    return done.stdout


def _reason(error: subprocess.SubprocessError) -> str:
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        return str(error.stderr.decode(errors="replace").splitlines()[-1][:200])
    return "it takes too long"
