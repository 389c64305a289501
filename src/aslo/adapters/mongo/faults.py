"""Says in our words what MongoDB's driver complains of."""

from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError
from pymongo import errors

from aslo.domain.errors import StoreError

_CAUSES: tuple[tuple[type[errors.PyMongoError], str], ...] = (
    (errors.ServerSelectionTimeoutError, "no server answers; start it, or correct ASLO_STORE"),
    (errors.NetworkTimeout, "it does not answer in time; look at its load and at the network"),
    (errors.ExecutionTimeout, "it does not answer in time; look at its load and its indexes"),
    (errors.WTimeoutError, "too few members of its replica set keep what is written"),
    (errors.ConfigurationError, "its address is wrong; correct ASLO_STORE"),
    (errors.ConnectionFailure, "the connection was lost; look at the server and the network"),
)
_BY_CODE = {
    13: "this user may not do that; give the role readWrite on the database",
    18: "user or password are refused; correct ASLO_STORE",
    50: "it does not answer in time; look at its load and at the network",
    64: "too few members of its replica set keep what is written",
    121: "a document does not have the shape that the database asks for; run `aslo migrate`",
    8000: "user or password are refused; correct ASLO_STORE",
}


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Raise StoreError for whatever the driver raises inside; ValueError for what no document
    can hold."""
    try:
        yield
    except (BSONError, errors.DocumentTooLarge, OverflowError, UnicodeEncodeError) as error:
        raise ValueError(f"this cannot be kept in MongoDB: {error}") from error
    except errors.PyMongoError as error:
        raise StoreError(f"cannot use the database {name}: {_cause(error)}") from error


def _cause(error: errors.PyMongoError) -> str:
    code = getattr(error, "code", None)
    if code in _BY_CODE:
        return _BY_CODE[code]
    fitting = (cause for kind, cause in _CAUSES if isinstance(error, kind))
    # The driver's own words name addresses, never passwords.
    return next(fitting, str(error)[:300])
