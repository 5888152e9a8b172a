"""What archives need of the outside: a memory of runs, and of what the folders hold."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.archive import Archive, ArchiveRun
from pidstack.ports.snapshots import Done


class ArchiveRuns(Protocol):
    """Remembers the runs that make archives."""

    def begin(self, run: ArchiveRun) -> ArchiveRun:
        """Remember a new run, and give it; one that is known already is given as it is. A write, a read if it is known."""

    def get(self, name: str) -> ArchiveRun | None:
        """Give a run. One read."""

    def change(self, run: ArchiveRun) -> None:
        """Remember how far a run is. One write."""

    def recent(self, limit: int) -> list[ArchiveRun]:
        """List the runs that began last, the latest first. One query."""

    def note(self, name: str, unit: int, records: int, *, finished: bool) -> None:
        """Remember how far a unit is; what was said of it before is forgotten. One write."""

    def done(self, name: str) -> Done:
        """Sum the units up. One query a few thousand units."""


class Folders(Protocol):
    """Remembers what each folder holds: the control file, a line a folder."""

    def archives(self) -> list[Archive]:
        """Give what the folders hold, by their names. One query."""

    def switch(self, archive: Archive, before: Archive | None, now_s: int) -> bool:
        """Let a folder hold another run, in one step, and remember that the files of the one before are still there.

        Safe to repeat. One transaction.

        Args:
            before: what the folder held when it was looked at; None if nothing.
        Returns:
            whether it held that still; else nothing is changed.
        """

    def replaced(self) -> list[tuple[Archive, int]]:
        """List the runs whose files are still there, though no folder holds them, and since when. One query."""

    def forget(self, run: str) -> None:
        """Forget a replaced run. One write."""
