"""Records in a dict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from pidstack.domain.errors import AlreadyExists, Busy
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.clock import Clock


class MemoryIdentifiers:
    """`pidstack.ports.identifiers.IdentifierStore` in memory; safe with threads, as the real one is with processes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: dict[Identifier, Record] = {}
        self._lock = Lock()
        self.deletions: list[tuple[Identifier, str, str]] = []
        self.reads = 0
        self.writes = 0

    def get(self, identifier: Identifier) -> Record | None:
        self.reads += 1
        return self._alive(identifier)

    def first_of(self, identifiers: Sequence[Identifier]) -> Record | None:
        return next((record for name in identifiers if (record := self.get(name))), None)

    def create(self, record: Record) -> None:
        with self._lock:
            if self._alive(record.identifier) is not None:
                raise AlreadyExists("identifier already exists")
            self._put(record)

    def replace(self, record: Record) -> None:
        with self._lock:
            self._require_unchanged(record, self._records.get(record.identifier))
            self._put(record)

    def renew(self, record: Record) -> None:
        with self._lock:
            self._require_unchanged(record, self._records.get(record.identifier))
            self.writes += 1
            self._records[record.identifier] = record

    def delete(self, record: Record, *, by: str, via: str) -> None:
        with self._lock:
            kept = self._records.get(record.identifier)
            if kept is not None:
                self._require_unchanged(record, kept)
                self.deletions.append((record.identifier, by, via))
            self.writes += 1
            self._records.pop(record.identifier, None)

    def _alive(self, identifier: Identifier) -> Record | None:
        record = self._records.get(identifier)
        expired = record is not None and 0 < record.expires_s <= self._clock()
        return None if expired else record

    @staticmethod
    def _require_unchanged(read: Record, kept: Record | None) -> None:
        if kept is None or kept.token != read.token:
            raise Busy("the record was changed meanwhile")

    def _put(self, record: Record) -> None:
        self.writes += 1
        self._records[record.identifier] = replace(record, token=f"{self.writes}")
