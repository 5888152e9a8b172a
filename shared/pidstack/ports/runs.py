"""A memory of runs that make something in several steps, each dealt out to workers in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pidstack.domain.snapshot import Phase


class Run(Protocol):
    """The making of something, as far as its keeper knows of it."""

    @property
    def name(self) -> str:
        """Name it; unique."""

    @property
    def started_s(self) -> int:
        """Tell when it began, Unix seconds."""

    @property
    def phase(self) -> Phase:
        """Tell how far it is."""

    def as_json(self) -> Mapping[str, Any]:
        """Write it as plain values."""


R = TypeVar("R", bound=Run)


@dataclass(frozen=True, slots=True)
class Done:
    """How much of a phase is done: parts, and records in all parts, unfinished ones included."""

    parts: int = 0
    records: int = 0


class Runs(Protocol[R]):
    """Remembers runs."""

    def begin(self, run: R) -> R:
        """Remember a new run, and give it; one that is known already is given as it is. A write, a read if it is known."""

    def get(self, name: str) -> R | None:
        """Give a run. One read."""

    def change(self, run: R) -> None:
        """Remember how far a run is. What is over stays as it is, unless it was published after all. One write."""

    def recent(self, limit: int) -> list[R]:
        """List the runs that began last, the latest first. One query."""

    def note(self, name: str, phase: Phase, part: int, records: int, *, finished: bool) -> None:
        """Remember how far a part is; what was said of it before is forgotten. One write."""

    def done(self, name: str, phase: Phase) -> Done:
        """Sum the parts of a phase up. One query a few thousand parts."""
