"""A snapshot: everything that harvesters may have, as of the end of a month or a day, in files made by one run.

planned ──> taking ──> writing ──> assembling ──> published
   └───────────┴──────────┴────────────┴──> failed
"""

from __future__ import annotations

import calendar
import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pidstack.domain.errors import Invalid

_PERIOD = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?", re.ASCII)
_DAY_S = 24 * 3600


class SnapshotKind(StrEnum):
    """How often snapshots of this kind are made."""

    MONTHLY = "monthly"
    DAILY = "daily"


class Content(StrEnum):
    """The files of a snapshot; the values are their names."""

    JSON = "all.json.tar.gz"
    XML = "all.xml.tar.gz"
    DATAFILE = "datacite.tar"


class Phase(StrEnum):
    """How far a run is."""

    PLANNED = "planned"
    TAKING = "taking"
    WRITING = "writing"
    ASSEMBLING = "assembling"
    PUBLISHED = "published"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to a run any more."""
        return self in {Phase.PUBLISHED, Phase.FAILED}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The month or the UTC day whose records are in a snapshot, and all that came before.

    Args:
        text: `2026-10` or `2026-10-31`.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period.

        Raises:
            Invalid: it is no month and no day of the calendar.
        """
        match = _PERIOD.fullmatch(text)
        try:
            if match:
                date(int(match[1]), int(match[2]), int(match[3] or 1))
                return cls(text)
        except ValueError:
            pass
        raise Invalid(f"no month and no day: {text}")

    @classmethod
    def before(cls, kind: SnapshotKind, now_s: int) -> Period:
        """Give the last period of a kind that is over."""
        today = datetime.fromtimestamp(now_s, UTC).date()
        if kind is SnapshotKind.DAILY:
            return cls((today - timedelta(days=1)).isoformat())
        return cls((today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"))

    def __str__(self) -> str:
        return self.text

    @property
    def kind(self) -> SnapshotKind:
        """Whether it is a month or a day."""
        return SnapshotKind.MONTHLY if len(self.text) == 7 else SnapshotKind.DAILY

    @property
    def path(self) -> str:
        """Name it as addresses do: `monthly/2026/10`, `daily/2026/10/31`."""
        return f"{self.kind}/{self.text.replace('-', '/')}"

    @property
    def last_s(self) -> int:
        """Its last second, Unix time."""
        first = self._first
        days = calendar.monthrange(first.year, first.month)[1] if self.kind is SnapshotKind.MONTHLY else 1
        return int(first.timestamp()) + days * _DAY_S - 1

    def require_begun(self, now_s: int) -> None:
        """Refuse a period that is still to come: its snapshot would be the latest until then.

        Raises:
            Invalid: it has not begun.
        """
        if now_s < int(self._first.timestamp()):
            raise Invalid(f"{self} has not begun")

    @property
    def _first(self) -> datetime:
        return datetime.strptime(self.text, "%Y-%m" if self.kind is SnapshotKind.MONTHLY else "%Y-%m-%d").replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file of a published snapshot.

    Attributes:
        name: as `Content` has it.
        key: where it is kept.
        size: bytes.
        sha256: hexadecimal; empty for a file that is too long to be read through.
        records, members: how many it holds.
    """

    name: str
    key: str
    size: int
    sha256: str
    records: int
    members: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot.

    Attributes:
        run: the run that made it.
        started_s, published_s: Unix seconds.
        until_s: what was registered later is not in it, Unix seconds.
        manifest: where its manifest is kept.
    """

    period: Period
    run: str
    started_s: int
    until_s: int
    published_s: int
    manifest: str
    files: tuple[SnapshotFile, ...]

    def file(self, name: str) -> SnapshotFile | None:
        """Give one of its files."""
        return next((each for each in self.files if each.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {**asdict(self), "period": str(self.period)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Snapshot:
        """Read what `as_json` wrote."""
        files = tuple(SnapshotFile(**each) for each in values["files"])
        return cls(**{**values, "period": Period(values["period"]), "files": files})


@dataclass(frozen=True, slots=True)
class SnapshotRun:
    """The making of a snapshot.

    Attributes:
        name: of the run; unique.
        started_s, changed_s: Unix seconds.
        segments, tasks: how many parts the registry is taken in, and how many the files are written in; 0 until it is known.
        records: how many there are to write, in all files together; 0 until it is known.
        problem: why it failed.
    """

    name: str
    period: Period
    started_s: int
    until_s: int
    phase: Phase = Phase.PLANNED
    changed_s: int = 0
    segments: int = 0
    tasks: int = 0
    expected: int = 0
    records: int = 0
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {**asdict(self), "period": str(self.period), "phase": str(self.phase)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SnapshotRun:
        """Read what `as_json` wrote."""
        return cls(**{**values, "period": Period(values["period"]), "phase": Phase(values["phase"])})
