"""Compile the translations of a tree ahead of Sugar's bundle builder, which does one at a time.

Run by the sandbox's python3, as the driver is.
"""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

_AT_ONCE = 2
"""How many processors a build may use."""


class Compiler:
    """Compiles the translations of a tree ahead of the bundle builder, which waits for each."""

    def __init__(self, po: Path) -> None:
        self._folder = TemporaryDirectory()
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._runs = {
            str(file): self._pool.submit(self._run, file) for file in sorted(po.glob("*.po"))
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def call(self, command: Sequence[str]) -> int:
        """Do `msgfmt --output-file=CATALOG FILE`; anything else is run as it is."""
        run = self._runs.get(command[-1])
        if run is None:
            return subprocess.call(command)
        done, made = run.result()
        sys.stderr.write(done.stderr)
        if made.exists():
            made.rename(command[1].removeprefix("--output-file="))
        return done.returncode

    def _run(self, file: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
        made = Path(self._folder.name, file.name)
        command = ("msgfmt", f"--output-file={made}", str(file))
        done = subprocess.run(
            command, stderr=subprocess.PIPE, text=True, errors="replace", check=False
        )
        return done, made
