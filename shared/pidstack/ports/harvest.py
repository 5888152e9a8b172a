"""What harvesters read: lists of records in a fixed order, by set and by time, from any point on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.values import value


@dataclass(frozen=True, slots=True)
class Window:
    """A span of datestamps in Unix seconds; both ends belong to it."""

    from_s: int
    until_s: int


@value(frozen=True, slots=True)
class Position:
    """Where a list goes on: the first entry that was not given yet.

    Attributes:
        partition, sort: of the store's index, and nobody else's business. Printable text, below 300 characters together.
    """

    partition: str
    sort: str


@value(frozen=True, slots=True)
class Header:
    """What a list says of a record without reading all of it.

    Attributes:
        datestamp_s: its last change, Unix seconds.
        withheld: harvested once, but not to be had any more; a protocol calls it deleted.
        position: where the list stands that gave it; None outside of lists.
    """

    identifier: Identifier
    datestamp_s: int
    placement: Placement
    owner: str
    group: str
    withheld: bool
    position: Position | None = field(default=None, compare=False, repr=False)


def header_of(record: Record, position: Position | None = None) -> Header | None:
    """Give the header of a record, or None if harvesters do not see it at all."""
    if record.placement is None or not record.is_harvested:
        return None
    return Header(record.identifier, record.updated_s, record.placement, record.owner, record.group, record.is_withheld, position)


@dataclass(frozen=True, slots=True)
class Everything:
    """All records of these kinds; a book in a series is of two, `BOOK` and `SERIES`."""

    kinds: tuple[Kind, ...] = tuple(Kind)

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        placement = header.placement
        return placement.kind in self.kinds or (placement.series > 0 and Kind.SERIES in self.kinds)


@dataclass(frozen=True, slots=True)
class OfKind:
    """The set of a kind, such as `J`."""

    kind: Kind

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        return _is_of(self.kind, header.placement)


@dataclass(frozen=True, slots=True)
class OfPrefix:
    """The set of a kind and a prefix, such as `J:10.5072`."""

    kind: Kind
    prefix: str

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        return header.placement.prefix == self.prefix and _is_of(self.kind, header.placement)


@dataclass(frozen=True, slots=True)
class OfTitle:
    """The set of a title, such as `J:10.5072:4`; a book's number and its series' number both stand at this place.

    Attributes:
        series: for a book, the series that it is in, as the registry of publications knows it. `services.harvest` looks it up.
    """

    kind: Kind
    prefix: str
    number: int
    series: int = 0

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        placement = header.placement
        if placement.prefix != self.prefix or not _is_of(self.kind, placement):
            return False
        is_of_the_kind = placement.kind is self.kind
        return (is_of_the_kind and placement.publication == self.number) or placement.series == self.number


@dataclass(frozen=True, slots=True)
class OfYear:
    """The set of a year of a journal, such as `J:10.5072:4:2011`."""

    kind: Kind
    prefix: str
    number: int
    year: int

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        return header.placement.year == self.year and OfTitle(self.kind, self.prefix, self.number).holds(header)


SetSelection = Everything | OfKind | OfPrefix | OfTitle | OfYear


@dataclass(frozen=True, slots=True)
class OfOwner:
    """The records of an account, of them perhaps only those of a set."""

    owner: str
    within: SetSelection = Everything()

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        return header.owner == self.owner and self.within.holds(header)


@dataclass(frozen=True, slots=True)
class OfGroup:
    """The records of a group, of them perhaps only those of a set.

    Attributes:
        owners: the accounts of the group, all of them. `services.harvest` looks them up.
    """

    group: str
    within: SetSelection = Everything()
    owners: tuple[str, ...] = ()

    def holds(self, header: Header) -> bool:
        """Tell whether a record is selected."""
        return header.group == self.group and self.within.holds(header)


Selection = SetSelection | OfOwner | OfGroup


def _is_of(kind: Kind, placement: Placement) -> bool:
    """Tell whether a record is of a kind; a book in a series is of two."""
    return placement.kind is kind or (placement.series > 0 and kind is Kind.SERIES)


class Listed(NamedTuple):
    """A record that was read after its header.

    Attributes:
        listed: the header.
        header: what the record says now; the same object if that is the same.
    """

    listed: Header
    header: Header
    record: Record


class HarvestStore(Protocol):
    """Reads lists of what is harvested. What was written in the last seconds may be missing: see `services.harvest`."""

    def headers(
        self, selection: Selection, window: Window, start: Position | None, limit: int, may_see: Callable[[Header], bool]
    ) -> tuple[list[Header], Position | None]:
        """List headers from a position on, each with its own; the order is fixed, and not that of time.

        How much is read depends neither on the length of the list nor on how far down in it the position lies.

        Args:
            start: what an earlier page gave for the next; None begins the list.
            limit: the most to give, from 1. Fewer are given where records lie far apart, none only where there are none.
            may_see: leaves out headers that it is false for.
        Returns:
            the headers, and the position of the one after them; None if there is no more.
        """

    def records(self, headers: Sequence[Header], forms: Sequence[str]) -> Iterator[Listed]:
        """Read the records of headers, in their order, none older than its header. A hundred are one batched read.

        What is not harvested any more is left out.

        Args:
            forms: names of the forms of descriptions that the reader may want; of others, a record may seem to have none.
        """

    def record_at(self, position: Position) -> tuple[Header, Record] | None:
        """Read, as it is now, the record that a position was given for; None if it is not harvested any more."""

    def earliest(self) -> int | None:
        """Give a time, in Unix seconds, before which no record was changed last; None if there are no records."""
