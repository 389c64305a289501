"""Why `aslo check` could not do what it was asked."""

from aslo.domain.errors import AsloError


class NoActivityError(AsloError):
    """What `aslo check` was given is neither an activity's folder nor a bundle."""

    code = "no-activity"
    hint = "Name the folder that holds activity/activity.info, a .xo file, or an address of one."


class AddressError(AsloError):
    """What `aslo check` was to fetch cannot be had from its address."""

    code = "bad-address"
    hint = "Look at the address in a browser, then try again."


class UnfixableFileError(AsloError):
    """A file that `aslo check --fix` would cure cannot be replaced as it is."""

    code = "unfixable-file"
    hint = "Put a regular file there that you may write to, then try again."
