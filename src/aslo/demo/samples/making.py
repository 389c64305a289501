"""Samples about music, shapes and paper."""

from aslo.demo.samples import scenes_play as scenes
from aslo.demo.samples.history import News, sample_of
from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.sample import Sample


def rain_drum() -> Sample:
    """Music, for two."""
    recipe = Recipe(
        sample="rain-drum",
        bundle_id="org.sugarlabs.demo.RainDrum",
        info={
            "exec": "sugar-activity3 activity.RainDrumActivity",
            "tags": "music;art",
            "max_participants": "2",
        },
        pictures={"en/grid.png": scenes.drum_grid},
    )
    news = (
        News("4", "- A fourth row: *wood*."),
        News("5", "- Two learners can drum together, each with two rows."),
    )
    return sample_of(recipe, "demo-music-room", ("demo-music-room", "demo-translators"), news)


def paper_maze() -> Sample:
    """A web activity, which needs no setup.py."""
    recipe = Recipe(
        sample="paper-maze",
        bundle_id="org.sugarlabs.demo.PaperMaze",
        info={"exec": "sugar-activity-web", "tags": "game;logic"},
        sources={
            "index.html": "index.html",
            "css/activity.css": "activity.css",
            "js/activity.js": "activity.js",
        },
        setup=None,
        pictures={"en/maze.png": scenes.paper_maze},
    )
    news = (
        News("1", "Draw walls, ask `Is there a way?`, get an answer."),
        News("2", "- The paper fits on small screens too."),
    )
    return sample_of(recipe, "sugarlabs-demo", ("sugarlabs-demo",), news)


def shape_quilt() -> Sample:
    """Its developer attaches the bundle to the second release."""
    recipe = Recipe(
        sample="shape-quilt",
        bundle_id="org.sugarlabs.demo.ShapeQuilt",
        info={
            "exec": "sugar-activity3 activity.ShapeQuiltActivity",
            "tags": "art;mathematics;geometry",
        },
        pictures={"en/quilt.png": scenes.quilt},
    )
    news = (
        News("2", "- Patches turn when they are touched."),
        News("3", "- Larger patches. The bundle is attached below.", asset=True),
    )
    return sample_of(recipe, "demo-artists", ("demo-artists", "demo-classroom"), news)
