"""What the steps of an export work with, what they hand each other, and where they put it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pidstack.domain.errors import NotFound
from pidstack.domain.export import Export, Order
from pidstack.ports.bulk import BulkFiles
from pidstack.ports.clock import Clock
from pidstack.ports.exports import Exports, OwnedNames, Writer
from pidstack.services.bulk.pieces import Piece


@dataclass(frozen=True, slots=True)
class Workshop:
    """Memory, names, files and tools.

    Attributes:
        writer_for: gives the writer of what was ordered.
        attempt: gives a word that no other attempt at any step has, so that those that are repeated do not write over each other.
    """

    exports: Exports
    names: OwnedNames
    files: BulkFiles
    clock: Clock
    writer_for: Callable[[Order], Writer]
    attempt: Callable[[], str]

    def running(self, name: str) -> Export:
        """Give an export that is being made.

        Raises:
            NotFound: it is over, or never was.
        """
        export = self.exports.get(name)
        if export is None or export.is_over:
            raise NotFound(f"no export {name} is being made")
        return export


def file_of(export: Export) -> str:
    """Name the file of an export in the store."""
    return f"exports/{export.file_name}"


@dataclass(frozen=True, slots=True)
class Range:
    """Some names of an owner's: behind `after`, up to and including `until`; empty is no limit."""

    owner: str
    after: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How an export is divided.

    Attributes:
        folder: where its pieces lie; another attempt has another one.
        segments: how many there are.
        concurrency: how many are written at the same time.
    """

    name: str
    folder: str
    segments: int
    concurrency: int

    @property
    def file(self) -> str:
        """Where the list of segments lies."""
        return f"{self.folder}plan.json"

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "plan": self.file}


@dataclass(frozen=True, slots=True)
class SegmentWork:
    """One segment, and how far it is written.

    Attributes:
        number: its place in the file, from 0.
        ranges: what it consists of, in order.
        position: how many ranges are done; `after` is the last name that is done in the next one.
        pieces: what was written so far, in order.
        seen, written: names that were looked at, records that are in the pieces.
    """

    name: str
    folder: str
    number: int
    ranges: tuple[Range, ...]
    position: int = 0
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    seen: int = 0
    written: int = 0
    done: bool = False

    @property
    def manifest(self) -> str:
        """Where it stands what the segment consists of, once it is done."""
        return manifest_of(self.folder, self.number)

    def left(self) -> list[tuple[int, Range]]:
        """Number the ranges that are not done, the first of them without what is."""
        ranges = list(enumerate(self.ranges))[self.position :]
        if ranges and self.after:
            number, first = ranges[0]
            ranges[0] = number, replace(first, after=self.after)
        return ranges

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values. What is done needs nothing but its name."""
        if self.done:
            return {"name": self.name, "number": self.number, "done": True}
        values = {name: getattr(self, name) for name in self.__slots__}
        ranges = [{part: getattr(each, part) for part in Range.__slots__ if getattr(each, part)} for each in self.ranges]
        return {**values, "ranges": ranges, "pieces": [piece.as_json() for piece in self.pieces]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SegmentWork:
        """Read what `as_json` wrote, or the little of it that a plan says of a segment."""
        ranges = tuple(Range(**each) for each in values["ranges"])
        pieces = tuple(Piece.from_json(piece) for piece in values.get("pieces", ()))
        return cls(**{**values, "ranges": ranges, "pieces": pieces})


def manifest_of(folder: str, number: int) -> str:
    """Name the file that says what a segment consists of."""
    return f"{folder}segment-{number:05}.json"
