"""What a line of the log is about: the request, the delivery and the build of this thread."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


def about() -> Mapping[str, str]:
    """What is bound here and now, by name."""
    return _ABOUT.get()


def begin(**names: str) -> None:
    """Forget what was bound in this thread, and bind these."""
    _ABOUT.set(names)


def bind(**names: str) -> None:
    """Bind these as well, until the next begin()."""
    _ABOUT.set({**_ABOUT.get(), **names})


@contextmanager
def bound(**names: str) -> Iterator[None]:
    """Bind these as well while the context lasts."""
    token = _ABOUT.set({**_ABOUT.get(), **names})
    try:
        yield
    finally:
        _ABOUT.reset(token)
