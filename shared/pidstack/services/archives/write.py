"""Write one unit: list its records, then read them title by title, and hand each to the variants that may have it.

A record is written once and goes into each variant as it is. When its time is nearly over, a worker closes its pieces behind a
block and says where it stands. What was changed since it was listed is taken in its newest form if the run takes everything; else
it is left to the run of the day on which it was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from pidstack.domain.archive import ArchiveRun, Mode
from pidstack.domain.placement import Kind
from pidstack.domain.record import Record
from pidstack.formats.output30 import Title, doi_element, opening
from pidstack.ports.directory import Directory
from pidstack.ports.harvest import HarvestStore, Header, Window
from pidstack.ports.publications import Publications
from pidstack.services import unixref
from pidstack.services.archives.listing import Branch, Entry, Lister, Listing, Sheet, entries
from pidstack.services.archives.members import Done, MemberSink
from pidstack.services.archives.variants import Variant
from pidstack.services.entitle import MaySee
from pidstack.services.snapshots.workplace import Workplace

BLOCK_RECORDS = 1000
LEAST_S = 90.0
"""With less time than that a worker begins no block; one of 1,000 records takes a second or two."""

_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Writing:
    """Where the writing of a unit stands; the next worker goes on from it.

    Attributes:
        first: byte of the sheet's next line.
        seen: lines before.
        done: by variant.
    """

    sheet: Sheet
    first: int = 0
    seen: int = 0
    done: Mapping[str, Done] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values."""
        done = {name: each.as_json() for name, each in self.done.items()}
        sheet = [self.sheet.name, self.sheet.size]
        return {"sheet": sheet, "first": self.first, "seen": self.seen, "done": done}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Writing:
        """Read what `as_json` wrote."""
        done = {name: Done.from_json(each) for name, each in values["done"].items()}
        return cls(Sheet(*values["sheet"]), values["first"], values["seen"], done)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where records and what is said of their titles come from.

    Attributes:
        crossref: writes the `crossref` element of a record, in UTF-8; it is always well-formed.
    """

    harvest: HarvestStore
    publications: Publications
    directory: Directory
    crossref: Callable[[Record], bytes]


@dataclass(slots=True)
class UnitWriter:
    """Writes units.

    Attributes:
        attempt: unique.
        time_left: seconds until this worker is ended.
        note: is told how many records of the unit were looked at.
        block_records: a test says less.
    """

    place: Workplace
    sources: Sources
    run: ArchiveRun
    variants: Sequence[Variant]
    attempt: str
    time_left: Callable[[], float]
    note: Callable[[int], None]
    block_records: int = BLOCK_RECORDS

    def write(self, unit: int, branches: Sequence[Branch], standing: Listing | Writing) -> Listing | Writing | None:
        """Go on with a unit.

        Returns:
            where to go on if the time did not suffice; None if the unit is complete, and laid down as such.
        """
        if isinstance(standing, Listing):
            window = Window(self.run.span.from_s, self.run.span.until_s)
            listed = Lister(self.place, self.sources.harvest, window, self.attempt, self.time_left).list(unit, branches, standing)
            if isinstance(listed, Listing):
                return listed
            standing = Writing(listed)
            if self.time_left() < LEAST_S:
                return standing
        return self._write(unit, standing)

    def _write(self, unit: int, standing: Writing) -> Writing | None:
        numbers = count()
        sinks = {
            each.name: MemberSink(
                self.place.files,
                lambda name=each.name: self.place.name("piece", unit, name, next(numbers), self.attempt),  # type: ignore[misc]
                standing.done.get(each.name, Done()),
            )
            for each in self.variants
        }
        try:
            first, seen = self._fill(standing, sinks)
            done = {name: sink.pause() for name, sink in sinks.items()}
        except BaseException:
            for sink in sinks.values():
                sink.abandon()
            raise
        if first < standing.sheet.size:
            return Writing(standing.sheet, first, seen, done)
        self.place.put({name: each.as_json() for name, each in done.items()}, "written", unit)
        self.note(seen)
        return None

    def _fill(self, standing: Writing, sinks: Mapping[str, MemberSink]) -> tuple[int, int]:
        """Write until all is written or the time is over; tell where the next line begins, and how many came before."""
        first, seen, noted = standing.first, standing.seen, standing.seen
        may_see = [(each.may_see(), sinks[each.name]) for each in self.variants]
        for block in self._blocks(standing):
            self._write_block(block, may_see)
            first, seen = block.entries[-1].end, seen + len(block.entries)
            for sink in sinks.values():
                sink.end(block.title) if block.is_last else sink.cut()
            if seen - noted >= self.block_records:
                self.note(seen)
                noted = seen
            if self.time_left() < LEAST_S:
                break
        return first, seen

    def _blocks(self, standing: Writing) -> Iterator[_Block]:
        """Cut a sheet into blocks: so many records of a title, and the rest of it."""
        left = entries(self.place.files, standing.sheet, standing.first)
        following = next(left, None)
        while following is not None:
            title, block = following.title, [following]
            following = next(left, None)
            while following is not None and following.title == title and len(block) < self.block_records:
                block.append(following)
                following = next(left, None)
            yield _Block(title, block, following is None or following.title != title)

    def _write_block(self, block: _Block, may_see: Sequence[tuple[MaySee, MemberSink]]) -> None:
        beginning: bytes | None = None
        for header, record in self._read(block):
            takers = [sink for may, sink in may_see if may(header)]
            if not takers:
                continue
            if beginning is None:
                beginning = self._opening(block.title)
            written = doi_element(record, self.sources.crossref(record))
            for sink in takers:
                sink.add(block.title, beginning, written)

    def _read(self, block: _Block) -> Iterator[tuple[Header, Record]]:
        left = iter(block.entries)
        span, is_full = self.run.span, self.run.mode is Mode.FULL
        while some := list(islice(left, _READ_AT_ONCE)):
            for _, header, record in self.sources.harvest.records([entry.header for entry in some], (unixref.NAME,)):
                place = header.placement
                is_there = not header.withheld and Title(place.kind, place.prefix, place.publication) == block.title
                if is_there and (is_full or span.from_s <= header.datestamp_s <= span.until_s):
                    yield header, record

    def _opening(self, title: Title) -> bytes:
        publication = self.sources.publications.publication(Kind(title.kind), title.prefix, title.number)
        prefix = self.sources.directory.prefix(f"doi:{title.prefix}")
        return opening(title, publication, prefix.title if prefix else "", self.run.filedate, self.run.mode)


@dataclass(frozen=True, slots=True)
class _Block:
    """Records of a title that are read and compressed together.

    Attributes:
        is_last: of its title.
    """

    title: Title
    entries: list[Entry]
    is_last: bool
