"""What archives need of the outside, in memory."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.archive import Archive, ArchiveRun
from pidstack.domain.snapshot import Phase
from pidstack.ports.snapshots import Done


class MemoryArchiveRuns:
    """`pidstack.ports.archives.ArchiveRuns` in dictionaries."""

    def __init__(self) -> None:
        self.runs: dict[str, ArchiveRun] = {}
        self.notes: dict[tuple[str, int], tuple[int, bool]] = {}

    def begin(self, run: ArchiveRun) -> ArchiveRun:
        return self.runs.setdefault(run.name, run)

    def get(self, name: str) -> ArchiveRun | None:
        return self.runs.get(name)

    def change(self, run: ArchiveRun) -> None:
        if run.phase is Phase.PUBLISHED or not self.runs[run.name].is_over:
            self.runs[run.name] = run

    def recent(self, limit: int) -> list[ArchiveRun]:
        return sorted(self.runs.values(), key=lambda run: run.started_s, reverse=True)[:limit]

    def note(self, name: str, unit: int, records: int, *, finished: bool) -> None:
        self.notes[name, unit] = records, finished

    def done(self, name: str) -> Done:
        notes = [note for (run, _), note in self.notes.items() if run == name]
        return Done(sum(finished for _, finished in notes), sum(records for records, _ in notes))


class MemoryFolders:
    """`pidstack.ports.archives.Folders` in dictionaries.

    Attributes:
        before_switch: called before each.
    """

    def __init__(self) -> None:
        self.held: dict[str, Archive] = {}
        self.gone: dict[str, tuple[Archive, int]] = {}
        self.before_switch: Callable[[], None] = lambda: None

    def archives(self) -> list[Archive]:
        return [self.held[folder] for folder in sorted(self.held)]

    def switch(self, archive: Archive, before: Archive | None, now_s: int) -> bool:
        self.before_switch()
        if self.held.get(archive.folder) != before:
            return False
        self.held[archive.folder] = archive
        if before is not None:
            self.gone[before.run] = before, now_s
        return True

    def replaced(self) -> list[tuple[Archive, int]]:
        return list(self.gone.values())

    def forget(self, run: str) -> None:
        self.gone.pop(run, None)
