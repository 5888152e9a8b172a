"""Sheets: the records of one part of the registry, a line each, sorted by shelf, month of the last change, and name.

A line begins with what it is sorted by: `d 2026-11 doi:10.5072/FK2ABC`, a tab, the packed record. Names have neither blanks nor
tabs, and a tab comes before all that they are made of; so sorting lines is sorting by the three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pidstack.domain.state import State
from pidstack.ports.bulk import BulkFiles
from pidstack.ports.snapshots import Entry
from pidstack.services.snapshots.pieces import PlainWriter

_BLOCK = 4 * 1024 * 1024


class Shelf(StrEnum):
    """What a snapshot does with a record. The order of the letters is that of the lines."""

    DOI = "d"
    OTHER = "o"
    WITHHELD = "w"


def is_told_of(entry: Entry, until_s: int) -> bool:
    """Tell whether a snapshot says anything of a record: not if it came later, or if its owner keeps it from harvesters."""
    return entry.registered_s <= until_s and entry.exported and entry.state is not State.DRAFT


def shelf_of(entry: Entry) -> Shelf | None:
    """Tell where a record belongs that a snapshot tells of; None if it is only counted."""
    is_doi = entry.name.startswith("doi:")
    if entry.state is State.FINDABLE:
        return Shelf.DOI if is_doi else Shelf.OTHER
    return Shelf.WITHHELD if is_doi else None


def line(entry: Entry, shelf: Shelf) -> bytes:
    """Write a line, its end included."""
    return b"".join((f"{shelf} {_month(entry.updated_s // 86400)} {entry.name}\t".encode(), entry.packed, b"\n"))


def packed_in(written: bytes) -> bytes:
    """Give the packed record of a line without its end."""
    return written[written.index(b"\t") + 1 :]


@lru_cache(maxsize=1024)
def _month(day: int) -> str:
    return datetime.fromtimestamp(day * 86400, UTC).strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Row:
    """The lines of one shelf and month in a sheet, which lie together.

    Attributes:
        first, size: bytes.
    """

    shelf: Shelf
    month: str
    first: int
    size: int
    records: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is laid down.

    Attributes:
        name: of its file; empty if there is nothing in it.
        seen: how many records the part of the registry has, whether they are in the sheet or not.
        branches: how many of those that snapshots tell of are findable and how many registered, by `Placement.branch`.
    """

    name: str
    seen: int
    rows: tuple[Row, ...] = ()
    branches: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Write it as plain values, briefly: there are many rows."""
        rows = [[str(row.shelf), row.month, row.first, row.size, row.records] for row in self.rows]
        return {"name": self.name, "seen": self.seen, "rows": rows, "branches": self.branches}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Sheet:
        """Read what `as_json` wrote."""
        rows = tuple(Row(Shelf(each[0]), *each[1:]) for each in values["rows"])
        branches = {branch: (findable, registered) for branch, (findable, registered) in values["branches"].items()}
        return cls(values["name"], values["seen"], rows, branches)


def lay_down(files: BulkFiles, name: str, lines: Iterable[bytes]) -> tuple[Row, ...]:
    """Keep sorted lines as a file, if there are any."""
    writer, rows = PlainWriter(files, name), list[Row]()
    key, first, size, records, at = b"", 0, 0, 0, 0
    try:
        for each in lines:
            if each[:9] != key:
                _close_row(rows, key, first, size, records)
                key, first, size, records = each[:9], at, 0, 0
            writer.write(each)
            size, records, at = size + len(each), records + 1, at + len(each)
        _close_row(rows, key, first, size, records)
        if rows:
            writer.close()
    except BaseException:
        writer.abandon()
        raise
    return tuple(rows)


def _close_row(rows: list[Row], key: bytes, first: int, size: int, records: int) -> None:
    if records:
        rows.append(Row(Shelf(key[:1].decode()), key[2:].decode(), first, size, records))


def lines_of(files: BulkFiles, name: str, first: int, size: int, block_bytes: int = _BLOCK) -> Iterator[bytes]:
    """Read lines without their ends, by blocks of one request each."""
    rest = b""
    for start in range(first, first + size, block_bytes):
        block = files.read(name, start, min(block_bytes, first + size - start))
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
