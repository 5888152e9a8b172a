"""One description of a record, whatever form its depositor chose; and that description in any form that is asked for."""

from __future__ import annotations

from dataclasses import replace

from pidstack.domain.metadata import Date, Metadata
from pidstack.domain.record import Record
from pidstack.formats.kernel import describe as read_elements
from pidstack.formats.kernel import with_placeholders


def describe(record: Record) -> Metadata:
    """Read the record's description out of the document its profile names, else out of its DataCite XML, else out of its elements.

    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    profile = record.preferred_profile
    if profile == "crossref" and profile in record.elements:
        return _crossref(record)
    if profile in {"schema_org", "citeproc"} and profile in record.elements:
        return _foreign(profile, record.elements[profile])
    if "datacite" in record.elements:
        from pidstack.formats import datacite_xml

        return datacite_xml.read(record.elements["datacite"])
    return read_elements(record)


def _foreign(profile: str, given: str) -> Metadata:
    from pidstack.formats.normalise import as_saved

    if profile == "citeproc":
        from pidstack.formats.csl_in import read_csl

        return as_saved(read_csl(given))
    from pidstack.formats.schema_org_in import read_schema_org

    return as_saved(read_schema_org(given))


def _crossref(record: Record) -> Metadata:
    """Read the deposit; itemised `datacite.*` elements go before it. Rule: EZID API v2, "Crossref registration"."""
    from pidstack.formats.crossref_xml import read_crossref
    from pidstack.formats.normalise import as_saved

    found = as_saved(read_crossref(record.elements["crossref"], record.identifier.doi or "", unknown=""))
    itemised = {name: value for name, value in record.elements.items() if name.startswith("datacite.")}
    said = read_elements(replace(record, profile="datacite", elements=itemised))
    parts = {name: value for name in ("creators", "titles", "publisher", "publication_year") if (value := getattr(said, name))}
    if said.publication_year:
        others = tuple(date for date in found.dates if date.date_type != "Issued")
        parts["dates"] = others + (said.dates or (Date(said.publication_year, "Issued"),))
    if said.types.general:
        parts["types"] = said.types
    return replace(found, **parts)


def described_in_full(record: Record) -> Metadata:
    """Read the description, with standard values where the DataCite schema demands something that nobody has said."""
    return with_placeholders(describe(record))
