"""List a unit: which records its prefixes have in a span of time, sorted by title and name, as a file of lines.

A record that is changed while a list is read moves on in it and is found twice, or after its change; so the lines say only where to
look, and what is written is read later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.formats.output30 import Title
from pidstack.ports.bulk import BulkFiles
from pidstack.ports.harvest import HarvestStore, Header, OfPrefix, Position, Window
from pidstack.services.snapshots.sheets import lines_of
from pidstack.services.snapshots.sorting import MOST_BYTES, Run, Sorter, keep_lines
from pidstack.services.snapshots.workplace import Workplace

LEAST_S = 60.0
"""With less time than that a worker stops listing; putting aside 48 MiB takes a few seconds."""

_PAGE = 4000
Branch = tuple[str, str]  # a kind and a prefix


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that is to be looked at.

    Attributes:
        end: of its line in the sheet, bytes from the beginning.
    """

    title: Title
    name: str
    datestamp_s: int
    end: int

    @property
    def header(self) -> Header:
        """Give what the store finds it by."""
        placement = Placement(self.title.kind, self.title.prefix, self.title.number)
        return Header(Identifier(self.name), self.datestamp_s, placement, "", "", withheld=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Where the listing of a unit stands; the next worker goes on from it.

    Attributes:
        at: number of the branch.
        partition, sort: the position in it; empty for its beginning.
        runs: names and lengths of sorted files.
    """

    at: int = 0
    partition: str = ""
    sort: str = ""
    runs: tuple[Run, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Listing:
        """Read what `as_json` wrote."""
        return cls(**{**values, "runs": tuple((name, size) for name, size in values["runs"])})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A unit's list.

    Attributes:
        size: bytes; a sheet of nothing has no file.
    """

    name: str
    size: int


@dataclass(slots=True)
class Lister:
    """Lists units.

    Attributes:
        attempt: unique.
        time_left: seconds until this worker is ended.
        most_bytes: of lines in memory; a test says less.
    """

    place: Workplace
    store: HarvestStore
    window: Window
    attempt: str
    time_left: Callable[[], float]
    most_bytes: int = MOST_BYTES

    def list(self, unit: int, branches: Sequence[Branch], listing: Listing) -> Listing | Sheet:
        """List on.

        Returns:
            the sheet, or where to go on if the time did not suffice.
        """
        lines = Sorter(
            self.place.files, lambda number: self.place.name("run", unit, number, self.attempt), list(listing.runs), self.most_bytes
        )
        at, start = listing.at, Position(listing.partition, listing.sort) if listing.partition else None
        while at < len(branches):
            kind, prefix = Kind(branches[at][0]), branches[at][1]
            headers, start = self.store.headers(OfPrefix(kind, prefix), self.window, start, _PAGE, _had_of(kind))
            for header in headers:
                lines.hold(_line(header))
            at += start is None
            is_late = self.time_left() < LEAST_S
            lines.relieve(is_late=is_late)
            if is_late and (lines.runs or at < len(branches)):
                return Listing(at, start.partition if start else "", start.sort if start else "", tuple(lines.runs))
        return Sheet(*keep_lines(self.place.files, self.place.name("sheet", unit, self.attempt), lines.in_order()))


def _line(header: Header) -> bytes:
    """Write what lines are sorted by, title and name; names may have blanks, so they come last but for the time."""
    place, name = header.placement, str(header.identifier)
    return f"{place.prefix} {place.kind} {place.publication:012} {name}\t{header.datestamp_s:011}\n".encode()


def entries(files: BulkFiles, sheet: Sheet, first: int) -> Iterator[Entry]:
    """Read a sheet from a line on. A record that a title was found to have twice is given once, as it was found last."""
    held: Entry | None = None
    end = first
    for line in lines_of(files, sheet.name, first, sheet.size - first):
        end += len(line) + 1
        said, _, datestamp = line.decode().rpartition("\t")
        prefix, kind, number, name = said.split(" ", 3)
        entry = Entry(Title(Kind(kind), prefix, int(number)), name, int(datestamp), end)
        if held is not None and (held.title, held.name) != (entry.title, entry.name):
            yield held
        held = entry
    if held is not None:
        yield held


def _had_of(kind: Kind) -> Callable[[Header], bool]:
    """Leave out what is not to be had, and books where series are listed: each record has one title."""
    return lambda header: header.placement.kind is kind and not header.withheld
