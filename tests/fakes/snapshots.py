"""What snapshots need of the outside, in memory: parts by a hash of the name, in an order that tests choose."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any
from zlib import crc32

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Placement
from pidstack.domain.record import Record
from pidstack.domain.snapshot import Period, Snapshot, SnapshotKind
from pidstack.domain.state import State
from pidstack.ports.snapshots import Entry, Page


class MemoryScan:
    """`pidstack.ports.snapshots.Scan` over records that may change while they are read.

    Attributes:
        records: by name.
        before_page: called before each page, with the number of pages so far.
        order: of names within a part; it has to stay as it is while a part is read.
    """

    def __init__(self, page_size: int = 3) -> None:
        self.records: dict[str, Record] = {}
        self.before_page: Callable[[int], None] = lambda _: None
        self.order: Callable[[str], Any] = lambda name: crc32(name.encode())
        self.pages = 0
        self._page_size = page_size

    def put(self, *records: Record) -> None:
        self.records.update({str(record.identifier): record for record in records})

    def page(self, part: int, of: int, start: str) -> Page:
        self.before_page(self.pages)
        self.pages += 1
        names = sorted((name for name in self.records if crc32(name.encode()) % of == part), key=self.order)
        after = [name for name in names if not start or self.order(name) > self.order(start)]
        read = after[: self._page_size]
        seen = [self.records[name] for name in read if self.records[name].is_harvested]
        return Page([_entry(record) for record in seen], read[-1] if len(after) > len(read) else "")

    def record(self, packed: bytes) -> Record:
        values = json.loads(packed)
        place = values.pop("placement")
        return Record(
            **{
                **values,
                "identifier": Identifier(values["identifier"]["name"]),
                "state": State(values["state"]),
                "placement": Placement.parse(place),
            }
        )


def _entry(record: Record) -> Entry:
    kept = ("identifier", "owner", "group", "state", "elements", "exported", "created_s", "updated_s", "registered_s")
    values = {name: value for name, value in asdict(record).items() if name in kept}
    packed = json.dumps({**values, "placement": str(record.placement)}, sort_keys=True).encode()
    registered_s = record.registered_s or record.created_s
    branch = record.placement.branch if record.placement else ""
    return Entry(str(record.identifier), record.state, record.exported, record.updated_s, registered_s, branch, packed)


class MemoryPublished:
    """`pidstack.ports.snapshots.Published` in dictionaries."""

    def __init__(self) -> None:
        self.places: dict[tuple[SnapshotKind, str], Snapshot] = {}
        self.gone: dict[str, tuple[Snapshot, int]] = {}

    def publish(self, snapshot: Snapshot, before: Snapshot | None, now_s: int) -> bool:
        kind = snapshot.period.kind
        there, latest = self.find(kind, snapshot.period), self.find(kind, None)
        if there != before:
            return False
        if before is not None and before.run != snapshot.run:
            self.gone[before.run] = before, now_s
        self.places[kind, str(snapshot.period)] = snapshot
        if latest is None or (latest.period, latest.started_s) <= (snapshot.period, snapshot.started_s):
            self.places[kind, "latest"] = snapshot
        return True

    def find(self, kind: SnapshotKind, period: Period | None) -> Snapshot | None:
        return self.places.get((kind, str(period or "latest")))

    def published(self, kind: SnapshotKind) -> list[Snapshot]:
        found = [each for (of, place), each in self.places.items() if of is kind and place != "latest"]
        return sorted(found, key=lambda each: each.period, reverse=True)

    def retire(self, snapshot: Snapshot, now_s: int) -> None:
        place = snapshot.period.kind, str(snapshot.period)
        self.gone[snapshot.run] = snapshot, now_s
        if self.places.get(place) == snapshot:
            del self.places[place]

    def retired(self) -> list[tuple[Snapshot, int]]:
        return list(self.gone.values())

    def forget(self, run: str) -> None:
        self.gone.pop(run, None)


class MemoryAnnouncer:
    """`pidstack.ports.snapshots.Announcer` that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, Any]]] = []

    def announce(self, kind: str, detail: Mapping[str, Any]) -> None:
        self.events.append((kind, detail))


class NamesForm:
    """A form in which a record is its name and its version's time, a line each."""

    between = b""

    def __init__(self, suffix: str) -> None:
        self.suffix = suffix
        self.closing = b"end\n"

    def opening(self, newest_s: int) -> bytes:
        return f"up to {newest_s}\n".encode()

    def write(self, record: Record) -> bytes:
        return f"{record.identifier} {record.updated_s}\n".encode()


def harvested(record: Record) -> Record:
    """Give a record a place, so that harvesters see it."""
    placement = "B:10.5072:1:2021" if record.identifier.doi else "-:ark:/99999"
    return replace(record, placement=Placement.parse(placement))
