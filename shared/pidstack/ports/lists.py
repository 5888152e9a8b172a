"""Lists of DOIs, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pidstack.domain.counting import CounterKey, Tally
from pidstack.domain.identifier import Identifier
from pidstack.domain.listing import Entry, Selection
from pidstack.domain.record import Record


class Order(StrEnum):
    """How a list is sorted. `WALK` is whatever costs least: the list is read in a few parts, each from the oldest change on."""

    WALK = "walk"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries of a list.

    Attributes:
        after: where the next part begins; empty if there is none. Printable text, and nobody else's business.
    """

    entries: tuple[Entry, ...]
    after: str = ""


class ListStore(Protocol):
    """Reads lists of DOIs. What was written in the last second may be missing."""

    def part(self, selection: Selection, order: Order, *, limit: int, skip: int = 0, after: str = "") -> Part:
        """List entries. One that stays as it is comes once, whatever happens to others meanwhile.

        A call reads no more than a fixed number of entries, besides those that it gives and passes over. Where what is wanted lies
        far apart, it may so give less than `limit`, even nothing, and a place to go on at.

        Args:
            limit: the most to give, from 0.
            skip: how many to pass over.
            after: what an earlier part of the same list and order gave; empty begins. What is no such thing begins, too.
        """

    def sample(self, selection: Selection, *, limit: int) -> tuple[Entry, ...]:
        """Give some entries from a random place of the list on, in random order."""

    def records(self, identifiers: Sequence[Identifier]) -> list[Record]:
        """Read records, in this order; those that are not there are left out. A hundred are one batched read."""

    def tallies(self, keys: Sequence[CounterKey]) -> list[Tally]:
        """Read counts, in this order. Twelve are one batched read."""
