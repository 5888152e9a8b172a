"""Where harvesters find a record: decided from its description when it first comes before them, and when that changes afterwards.

With it goes the general type of a DOI, by which it is listed and counted, and its description as harvesters get it.

A record that is hidden again keeps a place, so that harvesters who know it hear that it is gone.
Cost: none for a change that leaves the description alone. Else the description of a DOI is read, a draft's and a test's too, since
their keepers list those by type. For a place, which drafts and tests have not, nothing more where title and day were met before by
this process; else what `pidstack.ports.publications` says, before the record itself is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from pidstack.domain.citation import cite
from pidstack.domain.identifier import Scheme
from pidstack.domain.metadata import Container, Metadata
from pidstack.domain.placement import Kind, WantedPlace
from pidstack.domain.record import Record
from pidstack.domain.shoulder import root_of
from pidstack.services.describe import described, is_redescribed
from pidstack.services.prepared import prepared_forms
from pidstack.services.registry import Registry

_JOURNALS = frozenset({"Journal", "JournalArticle", "DataPaper"})
_SERIES = frozenset({"BookSeries", "ReportSeries", "StandardSeries", "ProceedingsSeries", "ConferenceSeries", "Series"})
# Wholes that are publications of their own title; everything else appears under its container's or its publisher's name.
_WHOLES = frozenset({"Book", "ConferenceProceeding", "Journal", "Report", "Standard"})
# Containers that are wholes; what is in a `Series` or a `Book Series` has a title of its own, unless it is a part of a whole.
_IN_SERIES = frozenset({"Series", "BookSeries"})
_NUMBERS = frozenset({"ISSN", "EISSN", "LISSN", "ISBN"})
_log = logging.getLogger(__name__)


def placed(record: Record, old: Record | None, registry: Registry) -> Record:
    """Give the record with its placement, which the registry of publications and the calendar know before the record is written.

    Args:
        record: as it is to be kept.
        old: the record before the change; None for a new one.
    """
    read = _reader(record)
    if record.is_listed and (old is None or is_redescribed(record, old)):
        record = replace(record, resource_type=_type(record, read))
    if _is_due(record, old):
        record = replace(record, placement=registry.publications.place(wanted_place(record, read)))
    registry.calendar.mark(record)
    return replace(record, prepared=prepared_forms(record, old, read))


def _reader(record: Record) -> Callable[[], Metadata]:
    """Read the description when it is first asked for, and once."""
    return cache(lambda: described(record))


def _is_due(record: Record, old: Record | None) -> bool:
    if record.is_test or record.agent_role:
        return False
    if record.placement is None or old is None:
        return record.is_shown
    return is_redescribed(record, old)


def _type(record: Record, read: Callable[[], Metadata]) -> str:
    try:
        return read().types.general
    except Exception:  # noqa: BLE001 - as of `wanted_place`
        _log.exception("the description cannot be read, so it tells no type", extra={"identifier": str(record.identifier)})
        return ""


def wanted_place(record: Record, read: Callable[[], Metadata] | None = None) -> WantedPlace:
    """Tell what a record says about the publication it is a part of. What cannot be read says nothing.

    Args:
        read: gives its description, where somebody else wants that too.
    """
    if record.identifier.scheme is not Scheme.DOI:
        return WantedPlace(Kind.NONE, root_of(record.identifier))
    prefix = record.identifier.prefix
    try:
        metadata = (read or _reader(record))()
        return _in_deposit(record, prefix, metadata) or _in_description(prefix, metadata)
    except Exception:  # noqa: BLE001 - whatever a reader stumbles over, no write is to fail of it
        _log.exception("the description cannot be read, so it tells no publication", extra={"identifier": str(record.identifier)})
        return WantedPlace(Kind.BOOK, prefix, cite(record).publisher)


def _in_deposit(record: Record, prefix: str, metadata: Metadata) -> WantedPlace | None:
    """A deposit of Crossref's says more than any other description: a chapter's book, and the series that the book is in."""
    if record.preferred_profile != "crossref" or "crossref" not in record.elements:
        return None
    from pidstack.formats.crossref_publication import publication

    found = publication(record.elements["crossref"], record.identifier.doi or "")
    if found is None:
        return None
    kind = Kind.JOURNAL if found.is_journal else Kind.SERIES if found.is_series else Kind.BOOK
    title = found.title or _publisher(metadata)
    return WantedPlace(kind, prefix, title, found.numbers, found.series if kind is Kind.BOOK else "", _year(metadata))


def _in_description(prefix: str, metadata: Metadata) -> WantedPlace:
    from pidstack.formats.container import container_of

    types, year = metadata.types, _year(metadata)
    container = container_of(metadata) or Container()
    title, publisher = _title(metadata), _publisher(metadata)
    own, its = _own_numbers(metadata), _numbers(container)
    if types.general in _JOURNALS or container.type == "Journal":
        name = title if types.general == "Journal" else container.title
        return WantedPlace(Kind.JOURNAL, prefix, name or publisher, own if types.general == "Journal" else its, year=year)
    if _squeezed(types.specific) in _SERIES:
        return WantedPlace(Kind.SERIES, prefix, title or publisher, own, year=year)
    if types.general in _WHOLES:
        series = container.title if _squeezed(container.type) in _IN_SERIES else ""
        return WantedPlace(Kind.BOOK, prefix, title or publisher, own, series, year)
    return WantedPlace(Kind.BOOK, prefix, container.title or publisher, its if container.title else (), year=year)


def _title(metadata: Metadata) -> str:
    return next((each.title for each in metadata.titles if not each.title_type), "")


def _publisher(metadata: Metadata) -> str:
    return metadata.publisher.name if metadata.publisher else ""


def _year(metadata: Metadata) -> int:
    year = metadata.publication_year
    return int(year) if len(year) == 4 and year.isascii() and year.isdigit() else 0


def _own_numbers(metadata: Metadata) -> tuple[str, ...]:
    return tuple(each.identifier for each in metadata.alternate_identifiers if each.identifier_type.upper() in _NUMBERS)


def _numbers(container: Container) -> tuple[str, ...]:
    return (container.identifier,) if container.identifier and container.identifier_type.upper() in _NUMBERS else ()


def _squeezed(name: str) -> str:
    """Write `Book Series` as `BookSeries`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split())
