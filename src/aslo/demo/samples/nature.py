"""Samples about sky, plants and weather."""

from aslo.demo.samples import scenes_nature as scenes
from aslo.demo.samples.history import News, sample_of
from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.sample import Sample


def star_map() -> Sample:
    """Three versions, two screenshots, six languages."""
    recipe = Recipe(
        sample="star-map",
        bundle_id="org.sugarlabs.demo.StarMap",
        info={
            "exec": "sugar-activity3 activity.StarMapActivity",
            "tags": "science;astronomy",
        },
        pictures={"en/sky.png": scenes.night_sky, "en/names.png": scenes.sky_names},
    )
    news = (
        News("1", "The first version: *three hundred stars* and a finger to turn them."),
        News("2", "- The sky turns more smoothly.\n- Stars near the pole are brighter."),
        News(
            "3",
            "## Names for your own constellations\n\n"
            "- Join stars and give the picture a name.\n"
            "- New translations: العربية, हिन्दी and Kiswahili.\n\n"
            "Thank you to the astronomy club for testing on **cloudless** nights.",
        ),
    )
    return sample_of(recipe, "sugarlabs-demo", ("sugarlabs-demo", "demo-astronomy-club"), news)


def leaf_press() -> Sample:
    """Dotted versions: 1.9 is followed by 1.10."""
    recipe = Recipe(
        sample="leaf-press",
        bundle_id="org.sugarlabs.demo.LeafPress",
        info={
            "exec": "sugar-activity3 activity.LeafPressActivity",
            "categories": "science nature",
        },
        pictures={"question.png": scenes.leaf_question, "herbarium.png": scenes.herbarium},
    )
    news = (
        News("1.9", "- Veins are asked for after the edge, which is easier to see."),
        News("1.10", "- The *hazel* and the *lime tree* are in the book now."),
    )
    contributors = ("demo-forest-school", "demo-translators")
    return sample_of(recipe, "demo-forest-school", contributors, news)


def weather_diary() -> Sample:
    """Shared by up to eight learners."""
    recipe = Recipe(
        sample="weather-diary",
        bundle_id="org.sugarlabs.demo.WeatherDiary",
        info={
            "exec": "sugar-activity3 activity.WeatherDiaryActivity",
            "tags": "science;weather;collaboration",
            "max_participants": "8",
        },
        pictures={"en/week.png": scenes.weather_week},
    )
    news = (
        News("5", "- The diary is kept in the Journal, one entry for each school year."),
        News("6", "- Up to **eight** learners can write one diary together."),
    )
    return sample_of(recipe, "demo-forest-school", ("demo-forest-school",), news)


def bean_lab() -> Sample:
    """One release, one screenshot."""
    recipe = Recipe(
        sample="bean-lab",
        bundle_id="org.sugarlabs.demo.BeanLab",
        info={
            "exec": "sugar-activity3 activity.BeanLabActivity",
            "tags": "science;experiment",
        },
        pictures={"en/chart.png": scenes.bean_chart},
    )
    news = (News("1", "Two beans, one difference. The beans are not included."),)
    return sample_of(recipe, "sugarlabs-demo", ("sugarlabs-demo", "demo-classroom"), news)
