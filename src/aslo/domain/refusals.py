"""What is refused to somebody with a browser, who did nothing wrong to a release."""

from aslo.domain.errors import AsloError


class NotSignedInError(AsloError):
    """Only somebody who has signed in may do this."""

    code = "not-signed-in"
    hint = "Sign in, then press the button again."


class SignInError(AsloError):
    """A way of signing in was not gone from its beginning to its end, in one browser."""

    code = "sign-in-failed"
    hint = "Begin to sign in once more."


class NotYoursError(AsloError):
    """Whoever signed in may not do this for that repository."""

    code = "not-yours"
    hint = "Ask somebody who may write to the repository, or an operator of this store."

    def __init__(self, login: str, repository: str) -> None:
        super().__init__(
            f"only those who may write to {repository} at the forge may do this, "
            f"and {login} may not"
        )


class NeverToldError(AsloError):
    """Nothing that an operator knows of leads from that repository to this store."""

    code = "never-told"
    hint = "Add the webhook to the repository first, or ask an operator of this store."

    def __init__(self, repository: str) -> None:
        super().__init__(f"no webhook and no App ever told this store of {repository}")


class StrayFormError(AsloError):
    """A form was sent that no page of this session has shown."""

    code = "stray-form"
    hint = "Open the page again, and press the button there."


class NotRetriedError(AsloError):
    """A build cannot be started once more as it is."""

    code = "not-retried"
    hint = "See on its page how it stands; one that failed can be started again."
