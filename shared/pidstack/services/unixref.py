"""A record as the `crossref` element of UNIXREF: out of its Crossref document, or kept, or written when asked for.

A Crossref document is turned into it as text, which takes no longer than reading what is kept. Where the identifier leads is put in
when the element is given: it may change by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record, encoded
from pidstack.formats.crossref_kept import unixref_of
from pidstack.formats.unixref_out import Unixref, write_unixref
from pidstack.formats.unixref_parts import resource
from pidstack.services.describe import described
from pidstack.services.prepared import prepared

NAME = "unixref"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1
_ANYWHERE = "https://target.invalid/"
_PLACE = resource(_ANYWHERE).encode()


def unixref(record: Record, target: str) -> Unixref:
    """Give it from the Crossref document, if there is one, whatever else describes the record; else from what does.

    Args:
        target: where the identifier leads, as a URL.
    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    if is_deposited(record):
        return unixref_of(encoded(record.elements, "crossref"), record.identifier.doi or "", target)
    kept = prepared(record, NAME, WRITER_VERSION)
    if kept is None:
        return write_unixref(described(record), record.identifier, target)
    kind, _, xml = kept.partition(b"\n")
    return Unixref(xml.replace(_PLACE, resource(target).encode()), kind.decode())


def write(record: Record, read: Callable[[], Metadata]) -> bytes | None:
    """Write what is kept; None for nothing.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read.
    """
    if is_deposited(record):
        return None
    written = write_unixref(read(), record.identifier, _ANYWHERE)
    is_replaceable = written.xml.count(_PLACE) == written.xml.count(_ANYWHERE.encode()) == 1
    return b"\n".join((written.kind.encode(), written.xml)) if is_replaceable else None


def is_deposited(record: Record) -> bool:
    """Tell whether a Crossref document says it."""
    return "crossref" in record.elements and record.identifier.doi is not None
