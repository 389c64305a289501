"""Samples that show how a store treats the past, and mistakes."""

from dataclasses import replace

from aslo.demo.samples import scenes_nature as scenes
from aslo.demo.samples.history import News, sample_of
from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.sample import Files, Sample

_OLD_SETUP = """#!/usr/bin/env python
from sugar.activity import bundlebuilder

bundlebuilder.start()
"""
_LAST_OF_GTK_2 = 4


def clock_garden() -> Sample:
    """For Sugar before 0.96 up to version 4, for Python 3 and GTK 3 from version 12."""
    recent = Recipe(
        sample="clock-garden",
        bundle_id="org.sugarlabs.demo.ClockGarden",
        info={
            "exec": "sugar-activity3 activity.ClockGardenActivity",
            "tags": "mathematics;time",
        },
        pictures={"en/garden.png": scenes.flower_clock},
    )
    old = replace(
        recent,
        info={"class": "activity.ClockGardenActivity", "service_name": recent.bundle_id},
        sources={"activity.py": "activity_gtk2.py"},
        setup=_OLD_SETUP,
    )

    def tree(version: str, notes: str) -> Files:
        recipe = old if int(version.partition(".")[0]) <= _LAST_OF_GTK_2 else recent
        return recipe.tree(version, notes)

    news = (
        News("3", "- Flowers are shown as stars."),
        News("4", "- The last version for Sugar 0.94 and before."),
        News("12", "## A new garden\n\n- Rewritten for Python 3 and GTK 3.\n- Real flowers."),
    )
    contributors = ("demo-garden", "demo-classroom", "demo-translators")
    return sample_of(recent, "demo-garden", contributors, news, tree)


def rocket_count() -> Sample:
    """Its attached bundle has three faults: the version, the summary's `%`, and no icon."""
    recipe = Recipe(
        sample="rocket-count",
        bundle_id="org.sugarlabs.demo.RocketCount",
        info={
            "exec": "sugar-activity3 activity.RocketCountActivity",
            "icon": "activity-rocket",
            "tags": "mathematics",
        },
    )
    news = (News("07", "- Ready for lift-off, we think.", asset=True),)
    return sample_of(recipe, "demo-rocketry", ("demo-rocketry",), news)
