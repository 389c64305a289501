"""Makes the source tree of a sample from its parts, for whatever version is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aslo.demo.samples.sample import Files
from aslo.demo.samples.words import Words, folder, words_of

SETUP = """#!/usr/bin/python3
from sugar3.activity import bundlebuilder

bundlebuilder.start()
"""
COPYING = """{name} is free software: you can redistribute it and modify it under the terms of
the GNU General Public License as published by the Free Software Foundation, either version 3 of
the License, or (at your option) any later version. It comes without any warranty.

The whole text of the licence: https://www.gnu.org/licenses/gpl-3.0.html
"""
README = """# {name}

{summary}.

{description}
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The parts of an activity that stay the same from release to release."""

    sample: str
    """The folder of its texts, its icon and its program."""
    bundle_id: str
    info: Mapping[str, str]
    """Lines of activity.info besides name, bundle id, version and texts."""
    sources: Mapping[str, str] = field(default_factory=lambda: {"activity.py": "activity.py"})
    """Paths in the tree, and the files of the folder they hold."""
    setup: str | None = SETUP
    pictures: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    """Paths below `screenshots/`, and what draws them."""

    def tree(self, version: str, notes: str) -> Files:
        """The source tree of a version."""
        words = words_of(self.sample)
        texts = {
            "activity/activity.info": self._activity_info(version, words),
            "COPYING": COPYING.format(**words.source),
            "NEWS.md": notes,
            "README.md": README.format(**words.source),
            **{f"po/{lang}.po": str(catalog) for lang, catalog in words.catalogs()},
        }
        if self.setup:
            texts["setup.py"] = self.setup
        made = {path: text.encode() for path, text in texts.items()}
        kept = {path: self._kept(name) for path, name in self.sources.items()}
        return {
            **made,
            **kept,
            **self.screenshots(),
            f"activity/{self._icon}.svg": self._kept("icon.svg"),
        }

    def screenshots(self) -> Files:
        """The screenshots, drawn."""
        return {f"screenshots/{path}": draw() for path, draw in self.pictures.items()}

    @property
    def _icon(self) -> str:
        return f"activity-{self.sample}"

    def _kept(self, name: str) -> bytes:
        return (folder(self.sample) / name).read_bytes()

    def _activity_info(self, version: str, words: Words) -> str:
        lines = {
            "name": words.source["name"],
            "bundle_id": self.bundle_id,
            "activity_version": version,
            "icon": self._icon,
            "license": "GPL-3.0-or-later",
            "summary": words.source["summary"],
            "description": words.source["description"],
            **self.info,
        }
        return "[Activity]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())
