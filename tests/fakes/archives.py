"""What archives need of the outside, in memory."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.archive import Archive


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
