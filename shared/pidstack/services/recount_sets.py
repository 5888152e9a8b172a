"""Compare the registry of publications and the calendar of harvests with the records, and put back what is missing.

Both are written before the records, so what a survey of the records speaks of must be there afterwards. What is there and no record
speaks of is left alone: it may be about to be used, and costs harvesters an empty query at the most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Publication
from pidstack.domain.record import Record
from pidstack.ports.identifiers import IdentifierStore
from pidstack.ports.publications import EVER, CalendarKeeper, PublicationKeeper, marks_of, month_and_day
from pidstack.services.place import wanted_place

_Number = tuple[Kind, str, int]


@dataclass(frozen=True, slots=True)
class SetsRecount:
    """What a recount of sets found.

    Attributes:
        publications: that records speak of.
        marks: that the calendar should have.
        missing: what was not there, in words.
        unplaced: records that harvesters should see and do not, because they have no placement: a change gives them one.
        is_corrected: whether all that was missing is there now.
    """

    publications: int
    marks: int
    missing: tuple[str, ...]
    unplaced: int
    is_corrected: bool = False


@dataclass(slots=True)
class _Seen:
    """A publication as its records speak of it: one of them, the series it is in, its years."""

    sample: Identifier
    series: int = 0
    years: set[int] = field(default_factory=set)


class SetsSurvey:
    """Looks at all records, then compares."""

    def __init__(self) -> None:
        self._seen: dict[_Number, _Seen] = {}
        self._marks: dict[tuple[str, str], set[int]] = {}
        self._unplaced: set[Identifier] = set()

    def look(self, record: Record) -> None:
        """Take note of a record, whose texts need not be known. Safe to repeat."""
        if record.placement is None:
            if record.is_shown and not record.is_test and not record.agent_role:
                self._unplaced.add(record.identifier)
            return
        place = record.placement
        if place.publication:
            seen = self._seen.setdefault((place.kind, place.prefix, place.publication), _Seen(record.identifier, place.series))
            seen.years |= {place.year} if place.kind is Kind.JOURNAL and place.year else set()
        if place.series:
            self._seen.setdefault((Kind.SERIES, place.prefix, place.series), _Seen(record.identifier))
        month, day = month_and_day(record.updated_s)
        for name in marks_of(record):
            self._marks.setdefault((month, name), set()).add(day)
            self._marks.setdefault((EVER, name), set())

    def compare(
        self, publications: PublicationKeeper, calendar: CalendarKeeper, records: IdentifierStore, *, correct: bool
    ) -> SetsRecount:
        """Say what is missing. Cost: one read a publication, one query a month.

        Args:
            records: tells the titles of publications that are missing, one read each.
            correct: put back what is missing.
        """
        lost = list(self._lost_publications(publications))
        unmarked = list(self._lost_marks(calendar))
        words = [f"publication {each.kind}:{each.prefix}:{each.number}{_in_years(each)}" for each in lost]
        words += [f"mark {month} {name}" for month, name, _ in unmarked]
        restored = [self._restore(publication, publications, records) for publication in lost] if correct else []
        if correct:
            for month, name, days in unmarked:
                calendar.restore(month, name, days)
        is_corrected = correct and bool(words) and all(restored)
        return SetsRecount(len(self._seen), len(self._marks), tuple(words), len(self._unplaced), is_corrected)

    def _lost_publications(self, publications: PublicationKeeper) -> Iterator[Publication]:
        listed = {kind: set(publications.prefixes(kind)) for kind in Kind}
        for (kind, prefix, number), seen in sorted(self._seen.items(), key=lambda each: each[0]):
            kept = publications.publication(kind, prefix, number)
            years = frozenset(seen.years - (kept.years if kept else set()))
            if kept is None or years or prefix not in listed[kind]:
                yield Publication(kind, prefix, number, kept.title if kept else "", series=seen.series, years=years)

    def _lost_marks(self, calendar: CalendarKeeper) -> Iterator[tuple[str, str, frozenset[int]]]:
        for month in sorted({month for month, _ in self._marks}):
            marked = calendar.marked(month)
            for name in sorted(name for marked_month, name in self._marks if marked_month == month):
                days = self._marks[month, name]
                if name not in marked or days - marked[name]:
                    yield month, name, frozenset(days)

    def _restore(self, publication: Publication, publications: PublicationKeeper, records: IdentifierStore) -> bool:
        """Put a publication back under the title that one of its records says; False if that record is elsewhere by now."""
        seen = self._seen[publication.kind, publication.prefix, publication.number]
        record = records.get(seen.sample)
        if record is None or record.placement is None:
            return False
        if publication.number not in (record.placement.publication, record.placement.series):
            return False
        wanted = wanted_place(record)
        is_around = publication.kind is Kind.SERIES and wanted.kind is not Kind.SERIES
        title, numbers = (wanted.series_title, ()) if is_around else (wanted.title, wanted.identifiers)
        publications.restore(replace(publication, title=title, identifiers=numbers))
        return True


def _in_years(publication: Publication) -> str:
    return f" in {', '.join(map(str, sorted(publication.years)))}" if publication.years else ""
