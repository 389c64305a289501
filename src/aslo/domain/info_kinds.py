"""Kinds of problems of activity.info, of the icon and of translations."""

from aslo.domain.kind import Kind, Topic

INFO_KINDS = (
    Kind(
        "no-info",
        Topic.FORM,
        "The activity has no activity.info",
        "Add the file activity/activity.info.",
    ),
    Kind("info-too-large", Topic.FORM, "The file activity.info is too large", "Shorten the file."),
    Kind("not-utf8", Topic.FORM, "The file is not UTF-8", "Save the file as UTF-8."),
    Kind(
        "byte-order-mark",
        Topic.FORM,
        "The file starts with a byte order mark",
        "Save the file as UTF-8 without a byte order mark.",
    ),
    Kind(
        "control-character",
        Topic.FORM,
        "A line holds a control character",
        "Remove the control character.",
    ),
    Kind(
        "long-line",
        Topic.FORM,
        "A line is too long",
        "Break the line into several, and indent all but the first.",
    ),
    Kind(
        "bad-info",
        Topic.FORM,
        "The file cannot be read as settings",
        "Write the file as lines of the form key = value below the section [Activity].",
    ),
    Kind(
        "no-section",
        Topic.FORM,
        "There is no section [Activity]",
        "Write [Activity] above the settings.",
    ),
    Kind(
        "wrong-section",
        Topic.FORM,
        "The section is not written exactly [Activity]",
        "Write [Activity] with a capital A and without blanks.",
    ),
    Kind(
        "duplicate-section",
        Topic.FORM,
        "A section is repeated",
        "Put the settings of the second section into the first one.",
    ),
    Kind(
        "not-a-setting",
        Topic.FORM,
        "A line is neither a setting nor a comment",
        "Write the line as key = value, or indent it to continue the line above.",
    ),
    Kind("duplicate-key", Topic.FORM, "A setting is given twice", "Remove one of the two lines."),
    Kind(
        "bare-percent",
        Topic.FORM,
        "A percent sign stands by itself",
        "Write %% for a percent sign.",
    ),
    Kind(
        "missing-reference",
        Topic.FORM,
        "A value refers to a setting that is not there",
        "Set what is referred to, or write %% for a percent sign.",
    ),
    Kind(
        "endless-reference",
        Topic.FORM,
        "Values refer to each other without end",
        "Write the text itself in place of the reference.",
    ),
    Kind("quoted-value", Topic.SAID, "A value is in quotes", "Remove the quotes."),
    Kind("no-name", Topic.SAID, "The activity has no name", "Add a line such as name = Paint."),
    Kind(
        "no-bundle-id",
        Topic.SAID,
        "The activity has no bundle id",
        "Add a line such as bundle_id = org.example.Name.",
    ),
    Kind(
        "bad-bundle-id",
        Topic.SAID,
        "The bundle id does not have the form org.example.Name",
        "Choose an id of two or more words with dots between them.",
    ),
    Kind(
        "no-activity-version",
        Topic.SAID,
        "The activity has no version",
        "Add a line such as activity_version = 1.",
    ),
    Kind(
        "bad-version",
        Topic.SAID,
        "The version is not one that Sugar can read",
        "Write whole numbers with dots between them, such as 12 or 12.1.",
    ),
    Kind(
        "no-exec",
        Topic.SAID,
        "Nothing says how the activity is started",
        "Add a line such as exec = sugar-activity3 module.Class.",
    ),
    Kind("old-key", Topic.SAID, "A setting has an old name", "Give the setting its present name."),
    Kind(
        "no-summary",
        Topic.SAID,
        "The activity has no summary",
        "Add a line with summary = and what the activity is for, in a sentence.",
    ),
    Kind(
        "no-license",
        Topic.SAID,
        "The activity names no licence",
        "Add a line such as license = GPL-3.0-or-later.",
    ),
    Kind(
        "too-many-tags",
        Topic.SAID,
        "Some tags are not kept",
        "Keep the tags that help to find the activity.",
    ),
    Kind(
        "bad-url",
        Topic.SAID,
        "The address of the homepage cannot be linked",
        "Write the whole address, beginning with https://.",
    ),
    Kind(
        "bad-max-participants",
        Topic.SAID,
        "The number of participants is not one that Sugar can use",
        "Write a whole number such as 4.",
    ),
    Kind(
        "long-summary", Topic.SAID, "The summary is too long", "Shorten the summary to a sentence."
    ),
    Kind("long-description", Topic.SAID, "The description is too long", "Shorten the description."),
    Kind(
        "no-icon",
        Topic.ICON,
        "The activity names no icon",
        "Add a line with icon = and the name of an SVG file in the folder activity.",
    ),
    Kind(
        "missing-icon",
        Topic.ICON,
        "The icon is not there",
        "Add the SVG file that activity.info names, or correct the name.",
    ),
    Kind(
        "icon-extension",
        Topic.ICON,
        "The name of the icon has an extension",
        "Write the name of the icon without .svg.",
    ),
    Kind("icon-too-large", Topic.ICON, "The icon is too large", "Simplify the picture."),
    Kind(
        "bad-icon", Topic.ICON, "The icon cannot be shown", "Draw the icon with plain SVG shapes."
    ),
    Kind(
        "bad-translation",
        Topic.WORDS,
        "A translation is left out",
        "Mend the file of this language in the folder po.",
    ),
)
