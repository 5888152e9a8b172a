"""Whole documents of metadata among a record's elements: whether they may describe it, and how they are kept and shown.

What reads them is imported when the first one comes along: a record without documents does not pay for it.
"""

from __future__ import annotations

from dataclasses import replace

from pidstack.domain.errors import InvalidDocument
from pidstack.domain.identifier import Scheme
from pidstack.domain.record import DOCUMENT_ELEMENTS, Record
from pidstack.domain.state import State

# Read only as the preferred profile: elsewhere these names are anybody's.
_FOREIGN = frozenset({"schema_org", "citeproc"})


def with_documents(record: Record, old: Record | None) -> Record:
    """Give the record with its documents as they are to be kept.

    A document that was there before is not looked at again, unless the record comes before the public now.

    Args:
        old: the record before the change; None for a new one.
    Raises:
        InvalidDocument: a document cannot describe this record; `field` is its element.
    """
    names = [name for name in record.elements if name in DOCUMENT_ELEMENTS and _is_news(name, record, old)]
    if not names:
        return record
    return replace(record, elements={**record.elements, **{name: _kept(name, record) for name in names}})


def shown_deposit(record: Record, target: str) -> str:
    """Give the `crossref` document with the DOI and its target put in, where the public may know them.

    Args:
        target: where the DOI leads.
    """
    deposit = record.elements["crossref"]
    if record.identifier.doi is None or record.state is State.DRAFT:
        return deposit
    from pidstack.formats import crossref_deposit

    return crossref_deposit.shown_deposit(deposit, record.identifier.doi, target)


def _is_news(name: str, record: Record, old: Record | None) -> bool:
    if name in _FOREIGN and record.preferred_profile != name:
        return False
    if old is None or old.elements.get(name) != record.elements[name] or old.preferred_profile != record.preferred_profile:
        return True
    return old.state is State.DRAFT and record.state is not State.DRAFT


def _kept(name: str, record: Record) -> str:
    from pidstack.formats.errors import Unreadable

    given = record.elements[name]
    try:
        if name == "datacite":
            from pidstack.formats.datacite_record import accepted

            return accepted(given, record.identifier, complete=record.state is not State.DRAFT)
        if name == "crossref":
            return _kept_crossref(given)
        _require_complete(record)
    except Unreadable as refusal:
        raise InvalidDocument(str(refusal), field=name, part=refusal.field, given=given) from refusal
    return given


def _kept_crossref(given: str) -> str:
    """A deposit is kept without DOI and target, which are put in when it is shown; a record of Crossref's as it came."""
    from pidstack.formats.crossref_xml import is_output, read_crossref, stored_deposit

    if is_output(given):
        read_crossref(given)
        return given
    return stored_deposit(given)


def _require_complete(record: Record) -> None:
    """Let a document in a foreign form pass that makes a valid DataCite record, or any that can be read if nobody sees it yet."""
    from pidstack.formats import datacite_schema, datacite_xml, safe_xml
    from pidstack.services.describe import describe

    metadata = describe(record)
    if record.identifier.scheme is not Scheme.DOI or record.state is State.DRAFT:
        return
    # The places that the schema names are in XML that the depositor has never seen.
    for problem in datacite_schema.problems(safe_xml.parse(datacite_xml.write(metadata, record.identifier))):
        message = f"{problem.element}: {problem.message}"
        raise InvalidDocument(message, field=record.preferred_profile, part=problem.field)
