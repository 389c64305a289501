"""One claim of a build: its state as it moves, its log, and its steps."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from aslo.domain.build import Build, BuildState, StepName, StepState
from aslo.domain.problem import Problem
from aslo.ports import Clock, Store


class Attempt:
    """Holds a claimed build; every move is saved, and StaleClaimError ends a lost claim."""

    def __init__(self, build: Build, *, store: Store, clock: Clock) -> None:
        self.build = build
        self._store = store
        self._clock = clock

    def log(self, line: str) -> None:
        """Append a line to the build's log."""
        self._store.append_log(self.build.id, self.build.fence, line + "\n")

    def note(self, **changes: object) -> None:
        """Save something found out about the build."""
        self._save(replace(self.build, **changes))  # type: ignore[arg-type]  # names are Build's

    @contextmanager
    def step(self, name: StepName) -> Iterator[None]:
        """A step of the build, passed if its body ends well."""
        self._save(self.build.begin(name, self._clock()))
        yield
        self._save(self.build.finish(name, StepState.PASSED, self._clock()))

    def skip(self, name: StepName) -> None:
        """A step that this build does not need."""
        now = self._clock()
        self._save(self.build.begin(name, now).finish(name, StepState.SKIPPED, now))

    def end(self, state: BuildState, outcome: str, problems: Iterable[Problem] = ()) -> None:
        """End the build."""
        self._save(self.build.end(state, outcome, self._clock(), problems))

    def requeue(self, build: Build) -> None:
        """Give the build back to the queue."""
        self._save(build)

    def _save(self, build: Build) -> None:
        self._store.save_build(build)
        self.build = build
