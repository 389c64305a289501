"""Whose turn it is at the queue: who releases a hundred times holds up nobody else."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Number = TypeVar("Number", bound=Hashable)
MOST_AT_ONCE = 2
"""Builds of one repository that run at once, whatever the number of workers."""
LATELY = 200
"""So many of the last claims tell when a repository had a build taken last."""


def turns(
    waiting: Mapping[Number, int], running: Mapping[Number, int], served: Mapping[Number, int]
) -> list[Number]:
    """The repositories that may have one more build taken, by their turn.

    Given are, by a repository's number: since when its first build waits, how many of its builds
    run, and when one of its builds was last taken; moments are numbers. First comes whose builds
    run the least. Among those a repository waits since it was served, or since its build came:
    so nobody who comes later, however often, is served before it twice.
    """
    free = [each for each in waiting if running.get(each, 0) < MOST_AT_ONCE]

    def turn(each: Number) -> tuple[int, int, int]:
        since = waiting[each]
        return running.get(each, 0), max(since, served.get(each, since)), since

    return sorted(free, key=turn)
