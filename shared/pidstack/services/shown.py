"""A record's description for DataCite's clients: as they are shown it, and as they change it, value by value.

What came as XML is shown as DataCite reads XML: text as HTML, names taken apart, dates sifted. What came as single values is shown
as it came. Values that are changed one by one are laid onto the text as it stands in the document: nothing is escaped twice.
"""

from __future__ import annotations

from dataclasses import replace

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.services.describe import describe, described, describing


def shown(record: Record, known: Metadata | None = None) -> Metadata:
    """Give the description as DataCite's clients are shown it.

    Args:
        known: the same as `described` gives it, where somebody else wants that too and a document describes the record.
    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    from pidstack.formats.normalise import as_read, as_saved

    document = describing(record)
    found = known or (described(record) if document == "crossref" else describe(record))
    if document != "datacite":
        return found if document else as_saved(_in_order(found))
    return as_saved(_completed(found, record)) if is_of_values(record) else as_read(found)


def in_values(record: Record) -> Metadata:
    """Give the description of a kept record as the values that single changes are laid onto.

    Raises:
        Unreadable: as `shown`.
    """
    found = describe(record)
    if is_of_values(record):
        return _completed(found, record)
    return _in_order(found) if describing(record) in {"", "datacite"} else found


def values_of_xml(metadata: Metadata) -> Metadata:
    """Give what DataCite XML says as values: names, dates and identifiers as DataCite reads them, text as it is."""
    return _in_order(metadata)


def is_of_values(record: Record) -> bool:
    """Tell whether the XML that describes a record was written here, out of values that came one by one."""
    return describing(record) == "datacite" and record.supplement.is_about(record.elements["datacite"])


def _completed(metadata: Metadata, record: Record) -> Metadata:
    """Put back what the document's form could not hold."""
    names = record.supplement.types
    types = replace(metadata.types, schema_org=names.schema_org, citeproc=names.citeproc, bibtex=names.bibtex, ris=names.ris)
    return replace(metadata, types=types, container=record.supplement.container)


def _in_order(metadata: Metadata) -> Metadata:
    from pidstack.formats.normalise import as_read

    return replace(
        as_read(metadata),
        titles=metadata.titles,
        subjects=metadata.subjects,
        descriptions=metadata.descriptions,
        sizes=metadata.sizes,
        formats=metadata.formats,
        rights=metadata.rights,
        language=metadata.language,
        types=metadata.types,
    )
