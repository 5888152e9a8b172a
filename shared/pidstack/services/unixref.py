"""A record as the `crossref` element of UNIXREF: out of its Crossref document, or kept, or written when asked for.

A Crossref document is turned into it as text; of a usual deposit the places that are to change are kept. Where the identifier leads
is put in when the element is given: it may change by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record, encoded
from pidstack.formats.crossref_kept import Places, places_in, unixref_of
from pidstack.formats.unixref_out import Unixref, write_unixref
from pidstack.formats.unixref_parts import resource
from pidstack.services.describe import described, describing
from pidstack.services.prepared import prepared

NAME = "unixref"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1
_ANYWHERE = "https://target.invalid/"
_PLACE = resource(_ANYWHERE).encode()
_PLACES, _OF_PLACES = Struct(">c3I"), b"\0"


def unixref(record: Record, target: str) -> Unixref:
    """Give it from the Crossref document, if there is one, whatever else describes the record; else from what does.

    Args:
        target: where the identifier leads, as a URL.
    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    kept = prepared(record, NAME, WRITER_VERSION)
    if doi := _deposited(record):
        return unixref_of(encoded(record.elements, "crossref"), doi, target, _places(kept or b""))
    if kept is None:
        return write_unixref(described(record), record.identifier, target)
    kind, _, xml = kept.partition(b"\n")
    return Unixref(xml.replace(_PLACE, resource(target).encode()), kind.decode())


def write(record: Record, read: Callable[[], Metadata]) -> bytes | None:
    """Write what is kept: a line that says what it is, then the element, or of a deposit the places that change; None for nothing.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read.
    """
    if _deposited(record):
        # What does not describe the record may change, and this would not be written again.
        found = places_in(encoded(record.elements, "crossref")) if describing(record) == "crossref" else None
        return _PLACES.pack(_OF_PLACES, *found[:3]) + found.kind.encode() if found else None
    written = write_unixref(read(), record.identifier, _ANYWHERE)
    is_replaceable = written.xml.count(_PLACE) == written.xml.count(_ANYWHERE.encode()) == 1
    return b"\n".join((written.kind.encode(), written.xml)) if is_replaceable else None


def _places(kept: bytes) -> Places | None:
    """Read what is kept; None where that is the element of another description, before there was a deposit."""
    if kept[:1] != _OF_PLACES:
        return None
    _, begun, named, leading = _PLACES.unpack_from(kept)
    return Places(begun, named, leading, kept[_PLACES.size :].decode())


def _deposited(record: Record) -> str | None:
    """Give the DOI that a Crossref document describes, if there is one."""
    return record.identifier.doi if "crossref" in record.elements else None
