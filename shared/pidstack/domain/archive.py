"""Archives: one file a title, of what is new or was updated in a day or a week, or of everything; in folders that are used in turn.

planned ──> writing ──> assembling ──> published
   └───────────┴───────────┴──> failed

Rule: Crossref, "Bulk metadata formats": daily runs go to `day0` to `day6`, weekly ones to `week0` to `week3`, and there is a full
run once a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pidstack.domain.errors import Invalid
from pidstack.domain.snapshot import Phase

ALL = "all"
"""The variant for recipients about whom nobody has decided anything."""

_DAY_S = 24 * 3600


class Mode(StrEnum):
    """What a run takes; the values are those of `publication/@mode`."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FULL = "full"


FOLDERS = {
    Mode.DAILY: tuple(f"day{number}" for number in range(7)),
    Mode.WEEKLY: tuple(f"week{number}" for number in range(4)),
    Mode.FULL: ("full",),
}


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a run is about.

    Attributes:
        first: `2026-11-16`; empty if it takes everything.
        last: `2026-11-22`.
        from_s, until_s: Unix seconds, both ends included. The end is cut to what is known by all at the time of the run.
    """

    first: str
    last: str
    from_s: int
    until_s: int

    @classmethod
    def of(cls, mode: Mode, last: str, known_s: int, now_s: int) -> Span:
        """Tell what a run is about.

        Args:
            last: day that it ends with, such as `2026-11-22`; empty for yesterday.
            known_s: Unix seconds up to which all changes are there to be seen.
        Raises:
            Invalid: the day is none of the calendar, or has not come yet.
        """
        today = datetime.fromtimestamp(now_s, UTC).date()
        if last == "":
            last = (today - timedelta(days=1)).isoformat()
        try:
            day = date.fromisoformat(last)
        except ValueError as error:
            raise Invalid(f"no day: {last}") from error
        if day > today or day.isoformat() != last:
            raise Invalid(f"no day that has come: {last}")
        if mode is Mode.FULL:
            # What is changed while the run reads is not to escape it, so there is no end.
            return cls("", datetime.fromtimestamp(known_s, UTC).date().isoformat(), 0, now_s + 30 * _DAY_S)
        end_s = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + _DAY_S
        days = 7 if mode is Mode.WEEKLY else 1
        first = (day - timedelta(days=days - 1)).isoformat()
        return cls(first, last, end_s - days * _DAY_S, min(end_s - 1, known_s))


@dataclass(frozen=True, slots=True)
class ArchiveRun:
    """The making of an archive.

    Attributes:
        name: of the run; unique.
        filedate: the day on which it began, as `publication/@filedate` has it.
        started_s, changed_s: Unix seconds.
        units: how many parts it is written in.
        problem: why it failed.
    """

    name: str
    mode: Mode
    span: Span
    filedate: str
    started_s: int
    units: int = 0
    phase: Phase = Phase.PLANNED
    changed_s: int = 0
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ArchiveRun:
        """Read what `as_json` wrote."""
        return cls(**{**values, "mode": Mode(values["mode"]), "span": Span(**values["span"]), "phase": Phase(values["phase"])})


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One variant of an archive: what recipients get about whom the same was decided.

    Attributes:
        variant: `ALL`, or the digest of the decisions.
        key, manifest: where it is kept, and its manifest.
        size: bytes.
        sha256: hexadecimal; empty for a file that is too long to be read through.
        publications, dois: how many it holds.
    """

    variant: str
    key: str
    size: int
    sha256: str
    publications: int
    dois: int
    manifest: str


@dataclass(frozen=True, slots=True)
class Archive:
    """What a folder holds: a complete run.

    Attributes:
        turn: how many runs of its mode came before it; the folder follows from it.
        started_s, published_s: Unix seconds.
    """

    mode: Mode
    turn: int
    run: str
    filedate: str
    first: str
    last: str
    started_s: int
    published_s: int
    files: tuple[ArchiveFile, ...]

    @property
    def keys(self) -> list[str]:
        """List all that is kept of it."""
        return [key for file in self.files for key in (file.key, file.manifest)]

    @property
    def folder(self) -> str:
        """Name its folder."""
        return folder_of(self.mode, self.turn)

    def file(self, variant: str) -> ArchiveFile | None:
        """Give one of its variants."""
        return next((each for each in self.files if each.variant == variant), None)

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Archive:
        """Read what `as_json` wrote."""
        files = tuple(ArchiveFile(**each) for each in values["files"])
        return cls(**{**values, "mode": Mode(values["mode"]), "files": files})


def folder_of(mode: Mode, turn: int) -> str:
    """Name the folder of a turn."""
    return FOLDERS[mode][turn % len(FOLDERS[mode])]


def turn_for(mode: Mode, last: str, archives: Iterable[Archive]) -> int:
    """Tell whose turn it is: the one after the last run's of the mode, whatever days were missed.

    A run about the same days as one that is there takes its turn, so that one made again, or started twice, moves nothing on.

    Args:
        archives: what all folders hold.
    """
    mine = [each for each in archives if each.mode is mode]
    if mode is Mode.FULL:
        return 0
    same = [each.turn for each in mine if each.last == last]
    return same[0] if same else max((each.turn for each in mine), default=-1) + 1


def latest(archives: Iterable[Archive]) -> dict[Mode, Archive]:
    """Tell which run of each mode wrote to its folder last."""
    found: dict[Mode, Archive] = {}
    for each in sorted(archives, key=lambda archive: archive.turn):
        found[each.mode] = each
    return found
