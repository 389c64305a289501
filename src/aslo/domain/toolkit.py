"""What an activity needs of Sugar, told from how it is started and what it imports.

Nothing in activity.info says so. `sugar-activity` runs Python 2, `sugar-activity3` came with
Sugar 0.116, web activities with 0.100, GTK 3 with 0.96, the present toolbars with 0.86.
"""

import re
from collections.abc import Iterable, Sequence

from aslo.domain.sugar import Compatibility, Toolkit

_IMPORT = rb"^[ \t]*(?:import|from)[ \t]+"
_GTK4 = re.compile(
    rb"""require_version\(\s*["']Gtk["']\s*,\s*["']4\.0["']|""" + _IMPORT + rb"sugar4\b",
    re.MULTILINE,
)
_GTK3 = re.compile(_IMPORT + rb"(?:sugar3|gi)\b", re.MULTILINE)
_GTK2 = re.compile(_IMPORT + rb"(?:pygtk|gtk|sugar)\b", re.MULTILINE)
_OLD_TOOLBARS = re.compile(rb"\bActivityToolbox\b")
_NEW_TOOLBARS = re.compile(rb"\bToolbarBox\b")

LAST_SUGAR_WITH_PYTHON_2 = "0.117"

_STARTERS = {
    "sugar-activity4": Compatibility(Toolkit.GTK4, 3, "0.121"),
    "sugar-activity3": Compatibility(Toolkit.GTK3, 3, "0.116"),
    "sugar-activity-web": Compatibility(Toolkit.WEB, None, "0.100"),
}


def starter(command: str) -> str:
    """The program that starts the activity, without its folder."""
    words = command.split()
    return words[0].rpartition("/")[2] if words else ""


def main_module(command: str) -> str | None:
    """The file a Sugar starter takes the activity's class from: `paint.py` for `paint.Paint`."""
    if not starter(command).startswith("sugar-activity"):
        return None
    for word in command.split()[1:]:
        module, dot, _ = word.rpartition(".")
        if dot and not word.startswith("-"):
            return module.replace(".", "/") + ".py"
    return None


def compatibility(command: str, sources: Sequence[bytes]) -> Compatibility:
    """What the activity runs on; `sources` are its Python files, the main module first."""
    if known := _STARTERS.get(starter(command)):
        return known
    toolkit = _imported(sources[:1]) or _imported(sources) or Toolkit.UNKNOWN
    if starter(command) == "sugar-activity":
        return Compatibility(toolkit, 2, _oldest(toolkit, sources), LAST_SUGAR_WITH_PYTHON_2)
    return Compatibility(toolkit, None, _oldest(toolkit, sources))


def _imported(sources: Iterable[bytes]) -> Toolkit | None:
    signs = ((_GTK4, Toolkit.GTK4), (_GTK3, Toolkit.GTK3), (_GTK2, Toolkit.GTK2))
    texts = list(sources)
    return next((kit for sign, kit in signs if any(sign.search(text) for text in texts)), None)


def _oldest(toolkit: Toolkit, sources: Sequence[bytes]) -> str:
    if toolkit is Toolkit.GTK4:
        return _STARTERS["sugar-activity4"].min_sugar
    if toolkit is Toolkit.GTK3:
        return "0.96"
    old = any(_OLD_TOOLBARS.search(text) for text in sources)
    new = any(_NEW_TOOLBARS.search(text) for text in sources)
    return "0.82" if old and not new else "0.86"
