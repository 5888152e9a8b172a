"""A record's description in the words of Crossref's works, without what the record around it says, as it is kept."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from pidstack.domain.metadata import Metadata
from pidstack.domain.record import Record
from pidstack.formats.cited import Cited
from pidstack.formats.crossref_work import write_description
from pidstack.services.prepared import prepared

NAME = "work"
# Of what is written here. Whatever changes a single character of it raises this number: what others have kept is then out of date.
WRITER_VERSION = 1


def kept_work(record: Record) -> bytes | None:
    """Give the JSON object that is kept, which is never an empty one; None if nothing is kept."""
    return prepared(record, NAME, WRITER_VERSION)


def write(record: Record, read: Callable[[], Metadata]) -> bytes:
    """Write what is kept.

    Args:
        read: gives the description as `described` does.
    Raises:
        Unreadable: the description cannot be read.
    """
    return orjson.dumps(write_description(Cited(read(), record.identifier)))
