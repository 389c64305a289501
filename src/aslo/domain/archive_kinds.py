"""Kinds of problems of a bundle as a zip file, and of the names in it."""

from aslo.domain.kind import Kind, Topic

ARCHIVE_KINDS = (
    Kind(
        "not-a-zip",
        Topic.ZIP,
        "The bundle is not a whole zip file",
        "Build the bundle again, and attach the .xo file that comes out.",
    ),
    Kind(
        "stray-bytes",
        Topic.ZIP,
        "The zip file holds data that none of its entries owns",
        "Build the bundle again, and change nothing in the file afterwards.",
    ),
    Kind(
        "zip-directory",
        Topic.ZIP,
        "The directory of the zip file is damaged",
        "Build the bundle again, and attach the new file.",
    ),
    Kind(
        "zip64",
        Topic.ZIP,
        "The zip file uses the form for files of more than four gigabytes",
        "Pack the bundle without zip64.",
    ),
    Kind(
        "multi-disk",
        Topic.ZIP,
        "The zip file is one part of several",
        "Pack the bundle as one file.",
    ),
    Kind(
        "too-many-entries",
        Topic.ZIP,
        "The bundle has too many files",
        "Leave out files that learners do not need.",
    ),
    Kind(
        "zip-version",
        Topic.ZIP,
        "An entry needs a newer zip format than Sugar reads",
        "Pack the bundle with an ordinary zip program.",
    ),
    Kind(
        "zip-header",
        Topic.ZIP,
        "An entry is missing at the place where the directory of the zip file puts it",
        "Build the bundle again, and attach the new file.",
    ),
    Kind(
        "zip-mismatch",
        Topic.ZIP,
        "An entry is described in two ways that contradict each other",
        "Build the bundle again, and attach the new file.",
    ),
    Kind(
        "damaged-entry",
        Topic.ZIP,
        "The content of an entry is damaged",
        "Build the bundle again, and attach the new file.",
    ),
    Kind("encrypted", Topic.ZIP, "An entry is encrypted", "Pack the bundle without a password."),
    Kind(
        "compression",
        Topic.ZIP,
        "An entry is compressed by a method that not every Sugar can read",
        "Pack the bundle with the method called deflate, or without compression.",
    ),
    Kind(
        "overlap",
        Topic.ZIP,
        "Two entries of the zip file share the same bytes",
        "Build the bundle again, and attach the new file.",
    ),
    Kind(
        "bundle-too-large",
        Topic.ZIP,
        "The bundle is larger than the store takes",
        "Leave out files that learners do not need.",
    ),
    Kind(
        "unpacked-too-large",
        Topic.ZIP,
        "The bundle unpacks to more than the store takes",
        "Leave out files that learners do not need.",
    ),
    Kind(
        "ratio",
        Topic.ZIP,
        "The bundle unpacks to many times its own size",
        "Leave out files that are empty of content.",
    ),
    Kind(
        "bad-name",
        Topic.NAMES,
        "A name cannot be used",
        "Rename the file, or shorten the name of the activity.",
    ),
    Kind(
        "name-clash",
        Topic.NAMES,
        "Two names would be one file on some computers",
        "Rename one of the two.",
    ),
    Kind(
        "empty-bundle",
        Topic.NAMES,
        "The bundle has no files",
        "Pack the folder of the activity, not an empty one.",
    ),
    Kind(
        "bad-top-folder",
        Topic.NAMES,
        "The folder in the bundle is not called Name.activity",
        "Pack everything inside one folder whose name ends in .activity.",
    ),
    Kind(
        "not-one-folder",
        Topic.NAMES,
        "A file lies outside the folder of the activity",
        "Pack everything inside one folder.",
    ),
    Kind(
        "repeated-name",
        Topic.NAMES,
        "A file is packed twice",
        "Build the bundle in a git clone, so that each file is packed once.",
    ),
    Kind(
        "special-file",
        Topic.NAMES,
        "An entry is no ordinary file",
        "Replace it by an ordinary file.",
    ),
)
