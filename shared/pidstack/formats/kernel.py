"""The handful of elements of the EZID profiles `erc`, `dc` and `datacite` (itemised), read as a description.

`describe` says what is known and nothing else; `with_placeholders` adds what the DataCite schema demands and nobody has said.
Rule: EZID API v2, "Metadata profiles" and "Metadata requirements & mapping"; DataCite Metadata Schema 4, appendix "Standard values
for unknown information".
"""

from __future__ import annotations

import re
from datetime import date

from pidstack.domain.citation import Citation, cite
from pidstack.domain.metadata import Agent, Date, Metadata, Publisher, Title, Types
from pidstack.domain.record import Record
from pidstack.domain.validation import RESOURCE_TYPES, canonical_resource_type
from pidstack.domain.values import replace

UNAVAILABLE = "(:unav)"
UNKNOWN_YEAR = "0000"  # the schema takes four digits and no code

_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_NUMERIC_DATES = (
    re.compile(r"(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII),
    re.compile(
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
        r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
        re.ASCII,
    ),
)
_WRITTEN_DATE = re.compile(r"(?P<month>[a-z]+)(?:\s+(?P<day>\d{1,2}),)?\s+(?P<year>\d{4})", re.ASCII | re.IGNORECASE)

# DCMI Type Vocabulary, lower case, and the general type that is meant.
_SAME_NAME = "Collection Dataset Event Image InteractiveResource PhysicalObject Service Software Sound Text"
_DCMI_TYPES = {term.lower(): term for term in _SAME_NAME.split()} | {"movingimage": "Audiovisual", "stillimage": "Image"}


def describe(record: Record) -> Metadata:
    """Read the citation of a record out of its itemised elements: creators, title, publisher, year (and date), type.

    What is missing stays empty; a date that is not recognised counts as missing. Whole XML records are not looked into.
    """
    citation = cite(record)
    issued = recognised_date(citation.date)
    return Metadata(
        creators=tuple(Agent(name) for name in separate_names(citation.creator)),
        titles=(Title(citation.title),) if citation.title else (),
        publisher=Publisher(citation.publisher) if citation.publisher else None,
        publication_year=issued[:4],
        types=_types(record, citation),
        dates=(Date(issued, "Issued"),) if len(issued) > len("YYYY") else (),
    )


def with_placeholders(metadata: Metadata) -> Metadata:
    """Fill the properties that the DataCite schema requires and that are empty: with `(:unav)`, year `0000`, type `Other`."""
    general = metadata.types.general
    if metadata.creators and metadata.titles and metadata.publisher and metadata.publication_year and general:
        return metadata
    return replace(
        metadata,
        creators=metadata.creators or (Agent(UNAVAILABLE),),
        titles=metadata.titles or (Title(UNAVAILABLE),),
        publisher=metadata.publisher or Publisher(UNAVAILABLE),
        publication_year=metadata.publication_year or UNKNOWN_YEAR,
        types=metadata.types if general else replace(metadata.types, general="Other", specific=UNAVAILABLE),
    )


def recognised_date(text: str) -> str:
    """Bring a date to `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; what is no date of the calendar, or written otherwise, gives "".

    Read are these three, `YYYYMM`, `YYYYMMDD`, `YYYY-MM-DD` with a time, `Month YYYY` and `Month D, YYYY` in English.
    """
    text = text.strip()
    for form in (*_NUMERIC_DATES, _WRITTEN_DATE):
        if match := form.fullmatch(text):
            found = match.groupdict()
            return _calendar_date(found["year"], found.get("month"), found.get("day"))
    return ""


def separate_names(text: str) -> tuple[str, ...]:
    """Split a list of names at ` ; `, or if there is none at every `;`, so that a name joined with ` ; ` may have its own."""
    separator = " ; " if " ; " in text else ";"
    return tuple(name for part in text.split(separator) if (name := part.strip()))


def _calendar_date(year: str, month: str | None, day: str | None) -> str:
    if month is None:
        return year
    month_number = int(month) if month.isdigit() else _month_number(month)
    if not 1 <= month_number <= len(_MONTHS):
        return ""
    if day is None:
        return f"{year}-{month_number:02}"
    try:
        date(int(year) or 2000, month_number, int(day))  # the year 0 is a leap year, and no year of `date`
    except ValueError:
        return ""
    return f"{year}-{month_number:02}-{int(day):02}"


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else 0


def _types(record: Record, citation: Citation) -> Types:
    """Give the type as DataCite has it: `Other` alone for a type that cannot be understood, nothing if none was given."""
    if not citation.type:
        return Types()
    if not record.elements.get("datacite.resourcetype") and citation.type.lower() in _DCMI_TYPES:
        return Types(general=_DCMI_TYPES[citation.type.lower()])
    general, _, specific = canonical_resource_type(citation.type).partition("/")
    return Types(general, specific) if general in RESOURCE_TYPES else Types("Other")
