"""Where committed changes go: history and counters, the bus, the webhooks' queue; and what can be read back of the first two.

Everything here may be told the same thing twice. The ledger then does nothing; bus and outbox hand on a repeat of the same id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pidstack.domain.change import Change
from pidstack.domain.counting import CounterKey, CounterKind, Tally
from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record

LAST_NAME = "\U0010ffff"  # sorts behind every name


@dataclass(frozen=True, slots=True)
class Commit:
    """What one committed write made of one identifier.

    Attributes:
        position: what the source of the feed calls it, and is told if it could not be handed on.
        old: the record before, None if there was none. Of a record that is gone its texts need not be known, all else must be.
        new: the record after, None if there is none.
        changes: what to tell about it, in order. At least one: a write that changes nothing that has a name still makes a version.
    """

    position: str
    old: Record | None
    new: Record | None
    changes: tuple[Change, ...]

    @property
    def identifier(self) -> Identifier:
        """Whose it is."""
        return self.changes[0].identifier


@dataclass(frozen=True, slots=True)
class Failure:
    """A change that could not be handed on, and why, in words for the log."""

    change: Change
    reason: str


class Bus(Protocol):
    """Hands changes on to whoever listens: the event bus, or the topic."""

    def publish(self, changes: Sequence[Change]) -> list[Failure]:
        """Hand changes on, in this order for one identifier, and give those that were not, in order; all others were.

        A change that comes after a failed one of the same identifier counts as failed too.
        """


class Outbox(Protocol):
    """Queues what webhooks are to be sent."""

    def enqueue(self, changes: Sequence[Change]) -> list[Failure]:
        """Queue one delivery a change and webhook that wants it; order and answer as of `Bus.publish`."""


class Ledger(Protocol):
    """Enters commits in the history and in the counters, each in both or in neither."""

    def enter(self, commits: Sequence[Commit]) -> list[Commit]:
        """Enter each commit once, however often it comes, and give those that could not be entered now, in order.

        Their order does not matter: the history sorts itself, and counts add up in any order.
        """


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some changes of one identifier, the key of each among them, and where the next page begins; `after` is empty on the last."""

    changes: tuple[Change, ...]
    keys: tuple[str, ...] = ()
    after: str = ""


class History(Protocol):
    """What was done to an identifier. Follows the feed, so it is some seconds behind the records."""

    def of(
        self, identifier: Identifier, *, limit: int = 100, after: str = "", newest_first: bool = False, values: bool = False
    ) -> HistoryPage:
        """Give changes in the order in which they were committed, or in the reverse. One query.

        Args:
            limit: the most to give, from 1.
            after: what the page before says, or any change's key; empty begins at the beginning.
            values: whether the changes are to have their `alterations`. A value that takes too much room is given by its digest.
        """

    def at(self, identifier: Identifier, key: str) -> Change | None:
        """Give the change of this key, with its `alterations`; None if there is none. One read."""


class Counters(Protocol):
    """How many records there are of each kind. Follows the feed, so it is some seconds behind the records."""

    def tally(self, key: CounterKey) -> Tally:
        """Count the records of one owner, set, day...; zeros if there are none. One batched read."""

    def tallies(self, kind: CounterKind, *, first: str = "", last: str = LAST_NAME) -> dict[str, Tally]:
        """Give all names of a kind between two, both included, that have records, with their counts, in the order of names.

        So this is also the list of sets that hold anything, and the calendar of days. One query a shard.
        """


@dataclass(frozen=True, slots=True)
class Found:
    """A record in the table, without its elements, and whether the ledger has this version of it."""

    record: Record
    is_entered: bool


@dataclass(frozen=True, slots=True)
class Share:
    """One shard's share of a count."""

    key: CounterKey
    shard: int
    tally: Tally


class CounterKeeper(Counters, Protocol):
    """What a recount needs on top."""

    def survey(self) -> Iterator[Found | Share]:
        """Read the whole table: every record, those included that have expired and are still there, and every share of a count."""

    def correct(self, by: Share) -> None:
        """Add a difference to one share of a count. One write."""
