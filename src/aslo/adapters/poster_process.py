"""The process that draws one SVG as PNG, from standard input to standard output.

Run as `python -m aslo.adapters.poster_process SECONDS`, the processor's time it may take. What
others drew may take resvg for ever, and it holds Python's lock meanwhile, so a worker that drew
here itself would lose its builds.
"""

import resource
import sys

import resvg_py

MEMORY_BYTES = 1024**3


def main(seconds: int) -> None:
    """Draw, within bounds that the system keeps."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    svg = sys.stdin.buffer.read().decode()
    # Without fonts of the machine, so that every machine draws the same.
    sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))


if __name__ == "__main__":
    main(int(sys.argv[1]))
