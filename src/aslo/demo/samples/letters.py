"""Samples about numbers, letters and stories."""

from aslo.demo.samples import scenes_play as scenes
from aslo.demo.samples.history import News, sample_of
from aslo.demo.samples.recipe import Recipe
from aslo.demo.samples.sample import Sample


def times_tables() -> Sample:
    """Version 9 is followed by version 10."""
    recipe = Recipe(
        sample="times-tables",
        bundle_id="org.sugarlabs.demo.TimesTables",
        info={
            "exec": "sugar-activity3 activity.TimesTablesActivity",
            "tags": "mathematics;game",
        },
        pictures={
            "en/question.png": scenes.times_question,
            "en/progress.png": scenes.times_progress,
        },
    )
    news = (
        News("8", "- Rounds have ten questions."),
        News("9", "- A picture of dots shows why an answer is right."),
        News("10", "- Questions you find hard come back sooner.\n- No more clock: take your time."),
    )
    contributors = ("demo-classroom", "demo-translators", "sugarlabs-demo")
    return sample_of(recipe, "demo-classroom", contributors, news)


def story_dice() -> Sample:
    """The newest version is a pre-release."""
    recipe = Recipe(
        sample="story-dice",
        bundle_id="org.sugarlabs.demo.StoryDice",
        info={
            "exec": "sugar-activity3 activity.StoryDiceActivity",
            "tags": "language;stories",
            "max_participants": "4",
        },
        pictures={"en/table.png": scenes.dice_table},
    )
    news = (
        News("1", "Five dice, twelve pictures, no end of stories."),
        News("2", "- Hold a die by tapping it, roll the others."),
        News("3", "For *trying out*: friends can add the next chapter.", pre=True),
    )
    return sample_of(recipe, "demo-classroom", ("demo-classroom", "demo-artists"), news)


def lile_aux_mots() -> Sample:
    """A name with an apostrophe and accents; its screenshot's extension lies."""
    recipe = Recipe(
        sample="lile-aux-mots",
        bundle_id="org.sugarlabs.demo.IleAuxMots",
        info={
            "exec": "sugar-activity3 activity.IleAuxMotsActivity",
            "tags": "Language;Reading and writing",
        },
        pictures={"en/plage.jpg": scenes.word_island},
    )
    news = (
        News("1", "Première version : huit mots et une plage."),
        News("1.1", "- Chaque mot trouvé fait pousser un palmier."),
    )
    return sample_of(recipe, "demo-ecole-des-iles", ("demo-ecole-des-iles",), news)


def letter_train() -> Sample:
    """One release, one screenshot."""
    recipe = Recipe(
        sample="letter-train",
        bundle_id="org.sugarlabs.demo.LetterTrain",
        info={
            "exec": "sugar-activity3 activity.LetterTrainActivity",
            "tags": "language;spelling",
        },
        pictures={"en/station.png": scenes.train},
    )
    news = (News("2", "- Six words wait at the station.\n- The train whistles *quietly*."),)
    return sample_of(recipe, "sugarlabs-demo", ("sugarlabs-demo", "demo-artists"), news)
