"""Where the driver of a build and the process that packs for it look for what the other left."""

from pathlib import Path

INFO_FILE = Path("activity", "activity.info")
CAUSE_FILE = Path("dist", ".cause")
"""Why there will be no bundle, in a line."""
UNREADABLE_FILE = Path("dist", ".unreadable")
"""Languages whose translations cannot be used, a line each."""
