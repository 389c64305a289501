"""A dozen invented activities and one that is broken, to try the store with.

Texts, icons and programs are kept in `data/`, one folder for each sample; screenshots are drawn.
"""

from aslo.demo.samples.letters import letter_train, lile_aux_mots, story_dice, times_tables
from aslo.demo.samples.making import paper_maze, rain_drum, shape_quilt
from aslo.demo.samples.nature import bean_lab, leaf_press, star_map, weather_diary
from aslo.demo.samples.oddities import clock_garden, rocket_count
from aslo.demo.samples.packing import bundle
from aslo.demo.samples.sample import Sample, SampleRelease, next_release

__all__ = ["Sample", "SampleRelease", "bundle", "next_release", "samples"]


def samples() -> tuple[Sample, ...]:
    """Every sample; the last one fails with three problems."""
    return (
        star_map(),
        times_tables(),
        leaf_press(),
        story_dice(),
        lile_aux_mots(),
        rain_drum(),
        paper_maze(),
        clock_garden(),
        weather_diary(),
        shape_quilt(),
        letter_train(),
        bean_lab(),
        rocket_count(),
    )
