"""Harvesters' lists over records in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.harvest import Header, Listed, Position, Selection, Window, header_of


class MemoryHarvest:
    """`pidstack.ports.harvest.HarvestStore` in memory: lists in the order of branch, datestamp and name.

    Args:
        records: tells all records as they are.
        indexed: tells them as the lists have them, if those lag behind.
    Attributes:
        reads: how many records were read for their bodies.
    """

    def __init__(self, records: Callable[[], Iterable[Record]], indexed: Callable[[], Iterable[Record]] | None = None) -> None:
        self._records = records
        self._indexed = indexed or records
        self.reads = 0

    def headers(
        self, selection: Selection, window: Window, start: Position | None, limit: int, may_see: Callable[[Header], bool]
    ) -> tuple[list[Header], Position | None]:
        headers = [header for record in self._indexed() if (header := _listed(record)) is not None]
        wanted = [each for each in headers if selection.holds(each) and window.from_s <= each.datestamp_s <= window.until_s]
        begin = _key(start) if start else ("", "")
        left = sorted(
            (each for each in wanted if may_see(each) and _key(each.position) >= begin), key=lambda each: _key(each.position)
        )
        return left[:limit], left[limit].position if len(left) > limit else None

    def records(self, headers: Sequence[Header], forms: Sequence[str]) -> Iterator[Listed]:
        self.reads += len(headers)
        kept = {record.identifier: record for record in self._records()}
        for listed in headers:
            if (record := kept.get(listed.identifier)) and (header := _listed(record)):
                seen = replace(record, prepared={name: form for name, form in record.prepared.items() if name in forms})
                yield Listed(listed, listed if header == listed else header, seen)

    def record_at(self, position: Position) -> tuple[Header, Record] | None:
        name = Identifier(position.sort.partition("#")[2])
        return next(
            ((header, record) for record in self._records() if record.identifier == name and (header := _listed(record))), None
        )

    def earliest(self) -> int | None:
        return min((record.updated_s for record in self._records() if record.is_harvested), default=None)


def _listed(record: Record) -> Header | None:
    branch = record.placement.branch if record.placement else ""
    return header_of(record, Position(branch, f"{record.updated_s:012d}#{record.identifier}"))


def _key(position: Position | None) -> tuple[str, str]:
    assert position is not None
    return position.partition, position.sort
