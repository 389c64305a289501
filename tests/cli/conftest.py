import os
import subprocess
import sys

import pytest


@pytest.fixture
def aslo(tmp_path):
    """Run the command as a user would, in a folder of its own."""

    def run(*arguments, **environ):
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
        return subprocess.run(
            [sys.executable, "-m", "aslo", *map(str, arguments)],
            cwd=tmp_path,
            env=kept | environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
