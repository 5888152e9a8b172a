"""A record as the `resource` element of DataCite: its DataCite XML, or kept, or written when asked for.

DataCite XML is passed on as it was given. What is written from a Crossref deposit, or from a form in JSON, is kept with the record:
reading such a deposit and writing it takes some twenty times what looking up the result does.
"""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record, encoded
from pidstack.formats.datacite_kept import embedded
from pidstack.formats.datacite_out import write_resource
from pidstack.formats.kernel import with_placeholders
from pidstack.services.describe import described, describing
from pidstack.services.prepared import prepared

NAME = "resource"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1


def resource(record: Record) -> bytes:
    """Give, in UTF-8, the document as it was sent, if it describes the record; else what is written from what does.

    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    if given := _given(record):
        return given
    kept = prepared(record, NAME, WRITER_VERSION)
    return _written(record, described(record)) if kept is None else kept


def write(record: Record, read: Callable[[], Metadata]) -> bytes | None:
    """Write what is kept; None for nothing.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read, or not be written.
    """
    return None if _given(record) else _written(record, read())


def _given(record: Record) -> bytes:
    return embedded(encoded(record.elements, "datacite")) if describing(record) == "datacite" else b""


def _written(record: Record, metadata: Metadata) -> bytes:
    return write_resource(with_placeholders(metadata), record.identifier) + b"\n"
