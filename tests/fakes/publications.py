"""Publications and the calendar of harvests in dicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from threading import Lock

from pidstack.domain.placement import Kind, Placement, Publication, WantedPlace, folded
from pidstack.domain.record import Record
from pidstack.ports.publications import EVER, marks_of, month_and_day


class MemoryPublications:
    """`pidstack.ports.publications.Publications` in memory; safe with threads."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Kind, str, str, int], int] = {}
        self._publications: dict[tuple[str, int], Publication] = {}
        self._lock = Lock()
        self.writes = 0

    def place(self, wanted: WantedPlace) -> Placement:
        if wanted.kind is Kind.NONE:
            return Placement(Kind.NONE, wanted.prefix)
        series = 0
        if wanted.kind is Kind.BOOK and wanted.series_title:
            series = self.place(WantedPlace(Kind.SERIES, wanted.prefix, wanted.series_title)).publication
        with self._lock:
            number = self._number(wanted, series)
            if wanted.kind is Kind.JOURNAL and wanted.year:
                known = self._publications[wanted.prefix, number]
                self._publications[wanted.prefix, number] = replace(known, years=known.years | {wanted.year})
        return Placement(wanted.kind, wanted.prefix, number, series, wanted.year)

    def publication(self, kind: Kind, prefix: str, number: int) -> Publication | None:
        found = self._publications.get((prefix, number))
        return found if found is not None and found.kind is kind else None

    def publications(self, kind: Kind, prefix: str, *, after: int = 0, limit: int = 1000) -> list[Publication]:
        mine = [each for each in self._publications.values() if (each.kind, each.prefix) == (kind, prefix)]
        return sorted((each for each in mine if each.number > after), key=lambda each: each.number)[:limit]

    def prefixes(self, kind: Kind) -> list[str]:
        return sorted({prefix for (prefix, _), each in self._publications.items() if each.kind is kind})

    def restore(self, publication: Publication) -> None:
        key = (publication.prefix, publication.number)
        kept = self._publications.setdefault(key, publication)
        self._publications[key] = replace(kept, years=kept.years | publication.years)
        title = (publication.kind, publication.prefix, folded(publication.title), publication.series)
        self._numbers.setdefault(title, publication.number)

    def forget(self) -> None:
        """Lose everything."""
        self._numbers.clear()
        self._publications.clear()

    def _number(self, wanted: WantedPlace, series: int) -> int:
        key = (wanted.kind, wanted.prefix, folded(wanted.title), series)
        if key not in self._numbers:
            self.writes += 1
            number = 1 + max((number for prefix, number in self._publications if prefix == wanted.prefix), default=0)
            self._numbers[key] = number
            self._publications[wanted.prefix, number] = Publication(
                wanted.kind, wanted.prefix, number, wanted.title, wanted.identifiers, series
            )
        return self._numbers[key]


class MemoryCalendar:
    """`pidstack.ports.publications.Calendar` in memory."""

    def __init__(self) -> None:
        self._days: dict[str, dict[str, frozenset[int]]] = defaultdict(dict)

    def mark(self, record: Record) -> None:
        month, day = month_and_day(record.updated_s)
        for name in marks_of(record):
            self.restore(month, name, frozenset({day}))
            self.restore(EVER, name, frozenset())

    def marked(self, month: str) -> dict[str, frozenset[int]]:
        return dict(self._days.get(month, {}))

    def lose(self, month: str, name: str) -> None:
        """Lose a mark."""
        del self._days[month][name]

    def restore(self, month: str, name: str, days: frozenset[int]) -> None:
        self._days[month][name] = self._days[month].get(name, frozenset()) | days
