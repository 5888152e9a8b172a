"""Records for those who only read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record

# The most names that one batched read takes.
MOST_NAMES = 100


class RecordReader(Protocol):
    """Reads records; they are as of some moment after the read began."""

    def get(self, identifier: Identifier) -> Record | None:
        """Give the record, or None. One read."""

    def those_of(self, identifiers: Sequence[Identifier]) -> list[Record]:
        """Give the records of those of at most `MOST_NAMES` identifiers that have one, in the order asked. One batched read."""
