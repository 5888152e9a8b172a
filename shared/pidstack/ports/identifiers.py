"""The memory of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record


class IdentifierStore(Protocol):
    """Keeps one record an identifier.

    Reads see every write that was acknowledged before they began. A write whose answer was lost on the way, and which was therefore
    sent twice, counts once and succeeds.
    """

    def get(self, identifier: Identifier) -> Record | None:
        """Give the record, or None. One read."""

    def first_of(self, identifiers: Sequence[Identifier]) -> Record | None:
        """Give the record of the first of `identifiers` that has one. One batched read per 100 names."""

    def create(self, record: Record) -> None:
        """Keep a record of a name that has none. One conditional write, and one read more to be sure of a refusal.

        Raises:
            AlreadyExists: the name has a record; nothing was changed.
        """

    def replace(self, record: Record) -> None:
        """Keep the next version of a record that was read here: its token tells which state it is made from.

        One conditional write, and one read more to be sure of a refusal.

        Raises:
            Busy: another writer was first, or the record is gone; nothing was changed.
        """

    def renew(self, record: Record) -> None:
        """Keep other forms of a record that was read here (`Record.prepared`), which is all that has changed of it.

        One conditional write. It is no new version, and nobody hears of it.

        Raises:
            Busy: another writer was first, or the record is gone; nothing was changed.
        """

    def delete(self, record: Record, *, by: str, via: str) -> None:
        """Forget a record that was read here, if it is still in that state; one that is gone stays gone.

        One conditional transaction, which also writes down who deleted it: nothing else is left that could tell.

        Args:
            by, via: the account that asked for it, and in which protocol.
        Raises:
            Busy: another writer was first; nothing was changed.
        """
