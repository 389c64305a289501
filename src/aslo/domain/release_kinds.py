"""Kinds of problems of a repository, of its build and of a release."""

from aslo.domain.kind import Kind, Topic

RELEASE_KINDS = (
    Kind(
        "no-work-tree",
        Topic.TREE,
        "The folder is not a git repository with a commit",
        "Commit the files of the activity with git.",
    ),
    Kind(
        "bad-file-name", Topic.TREE, "The name of a file is not UTF-8", "Rename the file in UTF-8."
    ),
    Kind(
        "unusable-file",
        Topic.TREE,
        "A file of the repository cannot be packed",
        "Commit an ordinary file in its place.",
    ),
    Kind(
        "bad-settings",
        Topic.TREE,
        "The file .aslo.toml cannot be used",
        "Correct the line of .aslo.toml that is named, or remove it.",
    ),
    Kind(
        "unknown-language",
        Topic.TREE,
        "The store has no messages in the language that .aslo.toml names",
        "Write one of the languages that are listed, or remove the line.",
    ),
    Kind(
        "setup-not-run",
        Topic.TREE,
        "The repository wants its own setup.py run, which cannot be done here",
        "Remove run-setup from .aslo.toml, or attach the finished bundle to the release.",
    ),
    Kind(
        "no-setup",
        Topic.TREE,
        "There is no setup.py to run",
        "Add setup.py, or remove run-setup from .aslo.toml.",
    ),
    Kind(
        "tree-too-large",
        Topic.TREE,
        "The files of the repository are too large to be packed",
        "Leave out files that learners do not need.",
    ),
    Kind(
        "bad-screenshot",
        Topic.TREE,
        "A screenshot is not shown",
        "Put in a PNG, JPEG, GIF or WebP of at least 200 by 150 pixels, or remove the file.",
    ),
    Kind(
        "build-failed",
        Topic.BUILD,
        "The build ended without a bundle",
        "Read the log of the build, and mend what it names.",
    ),
    Kind(
        "build-time",
        Topic.BUILD,
        "The build takes too long",
        "Let the build do less, or attach the finished bundle to the release.",
    ),
    Kind(
        "build-memory",
        Topic.BUILD,
        "The build needs too much memory",
        "Let the build use less memory, or attach the finished bundle to the release.",
    ),
    Kind(
        "build-disk",
        Topic.BUILD,
        "The build fills all the room it has on disk",
        "Let the build write less.",
    ),
    Kind("build-log", Topic.BUILD, "The build prints too much", "Let the build print less."),
    Kind(
        "build-output",
        Topic.BUILD,
        "The build makes a bundle that is too large",
        "Leave out files that learners do not need.",
    ),
    Kind(
        "build-killed",
        Topic.BUILD,
        "The build was killed before its end",
        "Look in the log of the build for what it did last.",
    ),
    Kind(
        "no-bundle",
        Topic.BUILD,
        "The build left no bundle",
        "Let the build leave one .xo file in the folder dist.",
    ),
    Kind(
        "several-bundles",
        Topic.BUILD,
        "The build left several bundles",
        "Let the build leave one .xo file in the folder dist, and no other.",
    ),
    Kind(
        "bundle-not-a-file",
        Topic.BUILD,
        "The bundle that the build left is not an ordinary file",
        "Let the build write the bundle itself into the folder dist.",
    ),
    Kind(
        "bad-bundle-name",
        Topic.BUILD,
        "The file name of the bundle cannot be used",
        "Let the build name the bundle Name-version.xo.",
    ),
    Kind(
        "bundle-changed",
        Topic.BUILD,
        "The bundle changed while it was handed over",
        "Let setup.py end only when all that it started has ended.",
    ),
    Kind(
        "tag-differs",
        Topic.RELEASE,
        "The tag names another version than activity.info",
        "Give the next release a tag that equals its activity_version.",
    ),
    Kind(
        "tag-not-found",
        Topic.RELEASE,
        "The release names a tag that the repository does not have",
        "Push the tag, then send the webhook again or publish the release again.",
    ),
    Kind(
        "bad-source",
        Topic.RELEASE,
        "The files at the tag cannot be fetched",
        "Check that the tagged commit can be cloned, then release again.",
    ),
    Kind(
        "bad-asset",
        Topic.RELEASE,
        "The bundle that is attached to the release cannot be taken",
        "Attach the .xo file to the release again, then send the webhook again.",
    ),
    Kind(
        "version-taken",
        Topic.RELEASE,
        "This version is published already, with other content",
        "Raise activity_version in activity/activity.info, then release again.",
    ),
    Kind(
        "bundle-id-taken",
        Topic.RELEASE,
        "The bundle id belongs to another repository",
        "Choose a bundle id of your own in activity/activity.info, then release again.",
    ),
    Kind(
        "bundle-id-unassigned",
        Topic.RELEASE,
        "The bundle id was imported and is assigned to no repository yet",
        "Ask the operator of this store to assign it to you, then send the webhook again.",
    ),
    Kind(
        "look-alike",
        Topic.RELEASE,
        "The bundle id is easily taken for another one",
        "Wait for a person of the store to look at it, or choose an id that looks less alike.",
    ),
)
