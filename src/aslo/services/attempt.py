"""One claim of a build or of a check: its state as it moves, its log, and its steps."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Generic, TypeVar

from aslo.domain.build import BuildState, StepName, StepState, Work
from aslo.domain.problem import Problem
from aslo.ports import Clock

LOG_PAUSE = timedelta(seconds=0.5)
LOG_CHARACTERS = 16 * 1024

Claimed = TypeVar("Claimed", bound=Work)


class Attempt(Generic[Claimed]):
    """Holds claimed work; every move is saved, and StaleClaimError ends a lost claim."""

    def __init__(
        self,
        build: Claimed,
        *,
        save: Callable[[Claimed], None],
        log: Callable[[str, int, str], None],
        clock: Clock,
    ) -> None:
        self.build = build
        self._keep = save
        self._append = log
        self._clock = clock
        self._lines: list[str] = []
        self._characters = 0
        self._flushed_at = clock()

    def log(self, line: str) -> None:
        """Add a line to its log; it is kept within half a second, if lines go on."""
        self._lines.append(f"{line}\n")
        self._characters += len(line) + 1
        late = self._clock() - self._flushed_at >= LOG_PAUSE
        if late or self._characters >= LOG_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Keep the lines logged so far: each write is durable, so not every line gets its own."""
        if self._lines:
            self._append(self.build.id, self.build.fence, "".join(self._lines))
        self._lines, self._characters, self._flushed_at = [], 0, self._clock()

    def note(self, **changes: object) -> None:
        """Save something found out about the build."""
        self._save(replace(self.build, **changes))  # type: ignore[arg-type]  # names are Build's

    def warn(self, problem: Problem) -> None:
        """Tell the developer of something that keeps nothing from being published."""
        self.log(f"warning: {problem}")
        self.note(problems=(*self.build.problems, problem))

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

    def requeue(self, build: Claimed) -> None:
        """Give the build back to the queue."""
        self._save(build)

    def _save(self, build: Claimed) -> None:
        self.flush()
        self._keep(build)
        self.build = build
