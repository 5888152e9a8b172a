"""A memory of runs, in dictionaries."""

from __future__ import annotations

from typing import Generic

from pidstack.domain.snapshot import Phase
from pidstack.ports.runs import Done, R


class MemoryRuns(Generic[R]):
    """`pidstack.ports.runs.Runs` in dictionaries."""

    def __init__(self) -> None:
        self.runs: dict[str, R] = {}
        self.notes: dict[tuple[str, Phase, int], tuple[int, bool]] = {}

    def begin(self, run: R) -> R:
        return self.runs.setdefault(run.name, run)

    def get(self, name: str) -> R | None:
        return self.runs.get(name)

    def change(self, run: R) -> None:
        if run.phase is Phase.PUBLISHED or not self.runs[run.name].phase.is_over:
            self.runs[run.name] = run

    def recent(self, limit: int) -> list[R]:
        return sorted(self.runs.values(), key=lambda run: run.started_s, reverse=True)[:limit]

    def note(self, name: str, phase: Phase, part: int, records: int, *, finished: bool) -> None:
        self.notes[name, phase, part] = records, finished

    def done(self, name: str, phase: Phase) -> Done:
        notes = [note for (run, of, _), note in self.notes.items() if (run, of) == (name, phase)]
        return Done(sum(finished for _, finished in notes), sum(records for records, _ in notes))
