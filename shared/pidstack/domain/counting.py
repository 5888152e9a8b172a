"""What is counted: under which names a record counts, and sums by state.

Every record counts once in the whole, for its owner, its group and its prefix; one that harvesters see also for its set and for the
day of its last change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zlib import crc32

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.domain.shoulder import root_of
from pidstack.domain.state import State

# Each count is the sum of this many, so that writers of different identifiers seldom wait for each other.
COUNTER_SHARDS = 8


class CounterKind(StrEnum):
    """What records are counted by."""

    ALL = "all"
    OWNER = "owner"
    GROUP = "group"
    PREFIX = "prefix"
    SET = "set"
    DAY = "day"


@dataclass(frozen=True, slots=True, order=True)
class CounterKey:
    """One name that records are counted under.

    Args:
        name: an account, a group, `doi:10.5072`, a set, a UTC day as `2026-11-22`; for the whole, `all`.
    """

    kind: CounterKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.kind is not CounterKind.ALL else "all"


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of records in each state; negative where it is a difference."""

    draft: int = 0
    findable: int = 0
    registered: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.draft + other.draft, self.findable + other.findable, self.registered + other.registered)

    def __sub__(self, other: Tally) -> Tally:
        return self + -other

    def __neg__(self) -> Tally:
        return Tally(-self.draft, -self.findable, -self.registered)

    def __bool__(self) -> bool:
        return self != Tally()

    @property
    def total(self) -> int:
        """Records in any state."""
        return self.draft + self.findable + self.registered


ALL = CounterKey(CounterKind.ALL, "all")
_ONE = {State.DRAFT: Tally(draft=1), State.FINDABLE: Tally(findable=1), State.REGISTERED: Tally(registered=1)}


def shard_of(identifier: Identifier) -> int:
    """Tell which share of the counters an identifier counts in."""
    return crc32(identifier.name.encode()) % COUNTER_SHARDS


def one(record: Record) -> Tally:
    """Count this record."""
    return _ONE[record.state]


def keys_of(record: Record) -> tuple[CounterKey, ...]:
    """List the names under which a record counts."""
    keys = [
        ALL,
        CounterKey(CounterKind.OWNER, record.owner),
        CounterKey(CounterKind.GROUP, record.group),
        CounterKey(CounterKind.PREFIX, root_of(record.identifier)),
    ]
    if record.is_harvested:
        if record.set_spec:
            keys.append(CounterKey(CounterKind.SET, record.set_spec))
        keys.append(CounterKey(CounterKind.DAY, datetime.fromtimestamp(record.updated_s, UTC).strftime("%Y-%m-%d")))
    return tuple(keys)


def difference(old: Record | None, new: Record | None) -> Mapping[CounterKey, Tally]:
    """Tell what each count gains when `old` becomes `new`; None is no record. Counts that stay are left out."""
    gains: dict[CounterKey, Tally] = {}
    if old is not None:
        gains = dict.fromkeys(keys_of(old), -one(old))
    if new is not None:
        for key in keys_of(new):
            gains[key] = gains.get(key, Tally()) + one(new)
    return {key: gain for key, gain in gains.items() if gain}
