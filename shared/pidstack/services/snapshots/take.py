"""Take one part of the registry, and lay it down as a sheet. What is in memory is bounded, however large the part is.

When its time is nearly over, a worker puts aside what it has and says where it stands, and the next goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pidstack.domain.state import State
from pidstack.ports.snapshots import Entry, Scan
from pidstack.services.snapshots.sheets import Sheet, is_told_of, lay_down, line, shelf_of
from pidstack.services.snapshots.sorting import MOST_BYTES, Run, Sorter
from pidstack.services.snapshots.workplace import Workplace

LEAST_S = 60.0
"""With less time than that a worker stops reading; putting aside 48 MiB takes a few seconds."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Where the reading of a part stands; the next worker goes on from it.

    Attributes:
        start: where the store goes on.
        seen: records so far.
        branches: as a sheet has them.
        runs: names and lengths of sorted files.
        is_read: whether all of the part was read.
    """

    start: str = ""
    seen: int = 0
    branches: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    is_read: bool = False

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Taking:
        """Read what `as_json` wrote."""
        branches = {branch: (findable, registered) for branch, (findable, registered) in values["branches"].items()}
        return cls(**{**values, "branches": branches, "runs": tuple((name, size) for name, size in values["runs"])})


@dataclass(slots=True)
class Taker:
    """Takes parts.

    Attributes:
        until_s: what was registered later is left out, Unix seconds.
        attempt: unique.
        time_left: seconds until this worker is ended.
        note: is told how many records of the part were seen.
        most_bytes: of lines in memory; a test says less.
    """

    place: Workplace
    scan: Scan
    until_s: int
    attempt: str
    time_left: Callable[[], float]
    note: Callable[[int], None]
    most_bytes: int = MOST_BYTES
    _branches: dict[str, list[int]] = field(default_factory=dict)

    def take(self, part: int, of: int, taking: Taking) -> Taking | Sheet:
        """Read on.

        Returns:
            the sheet, or where to go on if the time did not suffice.
        """
        lines = Sorter(
            self.place.files, lambda number: self.place.name("run", part, number, self.attempt), list(taking.runs), self.most_bytes
        )
        seen, start, is_read = taking.seen, taking.start, taking.is_read
        self._branches = {branch: list(counts) for branch, counts in taking.branches.items()}
        while not is_read:
            page = self.scan.page(part, of, start)
            seen, start = seen + len(page.entries), page.following
            self._keep(page.entries, lines)
            self.note(seen)
            is_read, is_late = not start, self.time_left() < LEAST_S
            lines.relieve(is_late=is_late)
            if is_late and (lines.runs or not is_read):
                return Taking(start, seen, self._counts(), tuple(lines.runs), is_read)
        name = self.place.name("sheet", part, self.attempt)
        rows = lay_down(self.place.files, name, lines.in_order())
        sheet = Sheet(name if rows else "", seen, rows, self._counts())
        self.place.put(sheet.as_json(), "sheet", part)
        return sheet

    def _keep(self, entries: Sequence[Entry], lines: Sorter) -> None:
        for entry in entries:
            if not is_told_of(entry, self.until_s):
                continue
            self._branches.setdefault(entry.branch, [0, 0])[entry.state is State.REGISTERED] += 1
            shelf = shelf_of(entry)
            if shelf is not None:
                lines.hold(line(entry, shelf))

    def _counts(self) -> dict[str, tuple[int, int]]:
        return {branch: (counts[0], counts[1]) for branch, counts in sorted(self._branches.items())}
