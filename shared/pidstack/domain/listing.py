"""Lists of DOIs: which are wanted, and which of those somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.state import State

ALL_STATES = frozenset(State)
PUBLIC = frozenset({State.FINDABLE})


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in Unix seconds; both ends belong to it."""

    from_s: int
    until_s: int

    def holds(self, moment_s: int) -> bool:
        """Tell whether a moment lies in it. What never was, 0, does not."""
        return moment_s > 0 and self.from_s <= moment_s <= self.until_s

    @property
    def years(self) -> range | None:
        """The years, UTC, that it is; None if it is no whole years, or none at all."""
        if not 0 < self.from_s <= self.until_s:
            return None
        first, last = (datetime.fromtimestamp(moment_s, UTC) for moment_s in (self.from_s, self.until_s))
        is_whole = first.timetuple()[1:6] == (1, 1, 0, 0, 0) and last.timetuple()[1:6] == (12, 31, 23, 59, 59)
        return range(first.year, last.year + 1) if is_whole else None

    def within(self, other: Span | None) -> Span:
        """Give what it has in common with another; None stands for all of time. Of nothing, the end is before the beginning."""
        return self if other is None else Span(max(self.from_s, other.from_s), min(self.until_s, other.until_s))


@dataclass(frozen=True, slots=True)
class Whose:
    """Accounts, and groups with all of their accounts.

    Attributes:
        accounts: names of accounts and of the groups that they are in.
    """

    accounts: frozenset[tuple[str, str]] = frozenset()
    groups: frozenset[str] = frozenset()

    def has(self, owner: str, group: str) -> bool:
        """Tell whether an account of a group is among them."""
        return group in self.groups or (owner, group) in self.accounts


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads lists: findable DOIs are for all, others only for their keepers.

    Attributes:
        everything: whether nothing is hidden.
        own: whose DOIs are shown in every state.
    """

    everything: bool = False
    own: Whose = Whose()

    def sees(self, state: State, owner: str, group: str) -> bool:
        """Tell whether a DOI is shown."""
        return state is State.FINDABLE or self.everything or self.own.has(owner, group)


@dataclass(frozen=True, slots=True)
class Entry:
    """What an index knows of a listed DOI.

    Attributes:
        created_s, registered_s, updated_s: Unix seconds; registered_s is 0 for what never was.
        resource_type: general type, in DataCite's words; empty if nobody knows.
    """

    identifier: Identifier
    state: State
    owner: str
    group: str
    created_s: int
    registered_s: int
    updated_s: int
    resource_type: str


def entry_of(record: Record) -> Entry:
    """Say the same of a record."""
    return Entry(
        record.identifier,
        record.state,
        record.owner,
        record.group,
        record.created_s,
        record.registered_s,
        record.updated_s,
        record.resource_type,
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """The DOIs that a list is to have. None does not restrict.

    Attributes:
        whose: kept by somebody in each of these.
        prefixes: as `10.5072`, any of these.
        resource_types: in DataCite's words, any of these.
        names: any of these.
    """

    reader: Reader
    states: frozenset[State] = ALL_STATES
    whose: tuple[Whose, ...] = ()
    prefixes: frozenset[str] | None = None
    resource_types: frozenset[str] | None = None
    names: frozenset[Identifier] | None = None
    created: Span | None = None
    registered: Span | None = None
    updated: Span | None = None

    def holds(self, entry: Entry) -> bool:
        """Tell whether a DOI is selected, and shown to the reader."""
        return (
            entry.state in self.states
            and self.reader.sees(entry.state, entry.owner, entry.group)
            and all(each.has(entry.owner, entry.group) for each in self.whose)
            and (self.prefixes is None or entry.identifier.prefix in self.prefixes)
            and (self.resource_types is None or entry.resource_type in self.resource_types)
            and (self.names is None or entry.identifier in self.names)
            and (self.created is None or self.created.holds(entry.created_s))
            and (self.registered is None or self.registered.holds(entry.registered_s))
            and (self.updated is None or self.updated.holds(entry.updated_s))
        )
