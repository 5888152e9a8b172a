"""What archives need of the outside: a memory of what the folders hold."""

from __future__ import annotations

from typing import Protocol

from pidstack.domain.archive import Archive


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
