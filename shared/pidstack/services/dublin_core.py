"""A record in Dublin Core, as every harvester may have it: kept, or written when asked for."""

from __future__ import annotations

from collections.abc import Callable

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.formats.cited import Cited
from pidstack.formats.oai_dc import enclosed, write_statements
from pidstack.services.describe import described
from pidstack.services.prepared import prepared

NAME = "dublin_core"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1


def dublin_core(record: Record) -> bytes:
    """Give the `oai_dc:dc` element, in UTF-8.

    Raises:
        Unreadable: a document that was kept before its rules were known cannot be read.
    """
    kept = prepared(record, NAME, WRITER_VERSION)
    return enclosed(_statements(record, described(record)) if kept is None else kept)


def write(record: Record, read: Callable[[], Metadata]) -> bytes | None:
    """Write what is kept: the statements that stand in the element.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read.
    """
    return _statements(record, read())


def _statements(record: Record, metadata: Metadata) -> bytes:
    return write_statements(Cited(metadata, record.identifier)).encode()
