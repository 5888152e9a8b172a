"""What snapshots need of the outside: all records in parts, a memory of what is published, and somebody to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pidstack.domain.record import Record
from pidstack.domain.snapshot import Period, Snapshot, SnapshotKind
from pidstack.domain.state import State


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it comes out of the store: what decides about it, and the rest packed.

    Attributes:
        name: of the identifier.
        registered_s: when it first stopped being a draft, Unix seconds.
        branch: its kind and prefix, as `Placement.branch` has them.
        packed: the whole record in one line of UTF-8 without a line break; `Scan.record` reads it.
    """

    name: str
    state: State
    exported: bool
    updated_s: int
    registered_s: int
    branch: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and where the next ones begin; empty if there are none."""

    entries: Sequence[Entry]
    following: str


class Scan(Protocol):
    """All records that harvesters see, in parts that are read side by side.

    Which part holds a record depends on its name and the number of parts, and on nothing else; so what exists throughout comes
    exactly once, whatever is written meanwhile.
    """

    def page(self, part: int, of: int, start: str) -> Page:
        """Read on in a part. One request."""

    def record(self, packed: bytes) -> Record:
        """Read an entry's record."""


class Published(Protocol):
    """Remembers what is published."""

    def publish(self, snapshot: Snapshot, before: Snapshot | None, now_s: int) -> bool:
        """Let a snapshot be found under its period, and under `latest` if none of its kind is of a later period, in one step.

        In the same step the one that was found before is retired. Safe to repeat. One transaction, or two.

        Args:
            before: what was found under the period when it was looked at; None if nothing.
        Returns:
            whether it was to be found there still; else nothing is changed.
        """

    def find(self, kind: SnapshotKind, period: Period | None) -> Snapshot | None:
        """Give the snapshot of a period, or the latest. One read."""

    def published(self, kind: SnapshotKind) -> list[Snapshot]:
        """List snapshots, the latest period first. One query."""

    def retire(self, snapshot: Snapshot, now_s: int) -> None:
        """Let a snapshot be found no more, and remember that its files are still there. Safe to repeat. One transaction, or two."""

    def retired(self) -> list[tuple[Snapshot, int]]:
        """List the snapshots whose files are still there, though they are found no more, and since when. One query."""

    def forget(self, run: str) -> None:
        """Forget a retired snapshot. One write."""


class Announcer(Protocol):
    """Tells those who listen to the registry's bus."""

    def announce(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Send an event. One request."""
