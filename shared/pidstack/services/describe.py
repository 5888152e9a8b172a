"""One description of a record, whatever form its depositor chose; and that description in any form that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from pidstack.domain.metadata import Date, Metadata
from pidstack.domain.record import DOCUMENT_ELEMENTS, Record, encoded
from pidstack.formats.kernel import describe as read_elements
from pidstack.formats.kernel import with_placeholders


def describe(record: Record) -> Metadata:
    """Read the record's description out of the document its profile names, else out of its DataCite XML, else out of its elements.

    Args:
        record: whose XML documents were found harmless when they came (`services.documents`); they are read in one pass.
    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    document = describing(record)
    if document == "crossref":
        return _crossref(record)
    if document == "datacite":
        return _datacite_reader()(encoded(record.elements, "datacite"))
    return _foreign(document, record.elements[document]) if document else read_elements(record)


def described(record: Record) -> Metadata:
    """Read the same without the characters that XML cannot carry and elements can; whatever reads documents sees to theirs."""
    if DOCUMENT_ELEMENTS.issuperset(record.elements):
        return describe(record)
    from pidstack.formats.cited import clean

    cleaned = {name: clean(value) for name, value in record.elements.items() if name not in DOCUMENT_ELEMENTS}
    if all(record.elements[name] == value for name, value in cleaned.items()):
        return describe(record)
    return describe(replace(record, elements={**record.elements, **cleaned}))


def describing(record: Record) -> str:
    """Name the element whose document describes the record; empty if itemised elements do."""
    profile = record.preferred_profile
    if profile in DOCUMENT_ELEMENTS and profile in record.elements:
        return profile
    return "datacite" if "datacite" in record.elements else ""


def is_redescribed(record: Record, old: Record) -> bool:
    """Tell whether `describe` may give something else now than before."""
    return old.preferred_profile != record.preferred_profile or sources(old) != sources(record)


def sources(record: Record) -> Mapping[str, str]:
    """Give the elements that `describe` reads: while they and the profile stay, so does the description."""
    document, elements = describing(record), record.elements
    if document == "crossref":
        return {name: value for name, value in elements.items() if name == document or name.startswith("datacite.")}
    return {document: elements[document]} if document else elements


def _foreign(profile: str, given: str) -> Metadata:
    from pidstack.formats.normalise import as_saved

    if profile == "citeproc":
        from pidstack.formats.csl_in import read_csl

        return as_saved(read_csl(given))
    from pidstack.formats.schema_org_in import read_schema_org

    return as_saved(read_schema_org(given))


def _crossref(record: Record) -> Metadata:
    """Read the deposit; itemised `datacite.*` elements go before it. Rule: EZID API v2, "Crossref registration"."""
    found = _crossref_reader()(encoded(record.elements, "crossref"), record.identifier.doi or "")
    if len(record.elements) == 1:
        return found
    itemised = {name: value for name, value in record.elements.items() if name.startswith("datacite.")}
    if not itemised:
        return found
    said = read_elements(replace(record, profile="datacite", elements=itemised))
    parts = {name: value for name in ("creators", "titles", "publisher", "publication_year") if (value := getattr(said, name))}
    if said.publication_year:
        others = tuple(date for date in found.dates if date.date_type != "Issued")
        parts["dates"] = others + (said.dates or (Date(said.publication_year, "Issued"),))
    if said.types.general:
        parts["types"] = said.types
    return replace(found, **parts)


# What reads documents is imported with the first of its kind; to import it once more with each takes as long as a tenth of reading.


@cache
def _datacite_reader() -> Callable[[bytes], Metadata]:
    from pidstack.formats import datacite_xml
    from pidstack.formats.kept_xml import parse_kept

    return lambda document: datacite_xml.read(parse_kept(document))


@cache
def _crossref_reader() -> Callable[[bytes, str], Metadata]:
    from pidstack.formats.crossref_xml import read_crossref
    from pidstack.formats.normalise import as_saved
    from pidstack.formats.plain_xml import kept

    return lambda document, doi: as_saved(read_crossref(kept(document), doi, unknown=""))


def described_in_full(record: Record) -> Metadata:
    """Read the description, with standard values where the DataCite schema demands something that nobody has said."""
    return with_placeholders(described(record))
