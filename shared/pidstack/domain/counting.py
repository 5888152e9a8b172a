"""What is counted: under which names a record counts, and sums by state.

Every record counts once in the whole, for its owner, its group and its prefix. One that harvesters see counts once more for the day
of its last change, and for every list that harvesters may ask for: all, all DOIs, an owner's, a group's, each level of each set.
So the length of a whole list is one count. A DOI that is listed counts for the lists of all, of its owner, group, prefix and type,
and for those of the years in which it was made and registered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pidstack.domain.identifier import Scheme
from pidstack.domain.record import Record
from pidstack.domain.shoulder import root_of
from pidstack.domain.state import State

# Each count is the sum of this many, so that those who count at the same time seldom wait for each other.
COUNTER_SHARDS = 8


class CounterKind(StrEnum):
    """What records are counted by."""

    ALL = "all"
    OWNER = "owner"
    GROUP = "group"
    PREFIX = "prefix"
    SET = "set"
    DAY = "day"
    HARVEST = "harvest"
    HARVEST_OWNER = "harvest-owner"
    HARVEST_GROUP = "harvest-group"
    LIST = "list"


@dataclass(frozen=True, slots=True, order=True)
class CounterKey:
    """One name that records are counted under.

    Args:
        name: an account, a group, `doi:10.5072`, a set, a UTC day as `2026-11-22`; for the whole, `all`; of what harvesters see,
            `all` or `doi`; of lists, as `of_owner` and its like give it.
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
HARVESTED = CounterKey(CounterKind.HARVEST, "all")
HARVESTED_DOIS = CounterKey(CounterKind.HARVEST, "doi")
LISTED = CounterKey(CounterKind.LIST, "all")
CREATED, REGISTERED = "created", "registered"
_ONE = {State.DRAFT: Tally(draft=1), State.FINDABLE: Tally(findable=1), State.REGISTERED: Tally(registered=1)}


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
    harvested = _harvest_keys(record) if record.is_harvested else ()
    return (*keys, *harvested, *(_list_keys(record) if record.is_listed else ()))


def _harvest_keys(record: Record) -> Iterator[CounterKey]:
    yield HARVESTED
    if record.identifier.scheme is Scheme.DOI:
        yield HARVESTED_DOIS
    yield CounterKey(CounterKind.HARVEST_OWNER, record.owner)
    yield CounterKey(CounterKind.HARVEST_GROUP, record.group)
    yield CounterKey(CounterKind.DAY, datetime.fromtimestamp(record.updated_s, UTC).strftime("%Y-%m-%d"))
    for spec in record.placement.set_specs() if record.placement else ():
        yield CounterKey(CounterKind.SET, spec)


def _list_keys(record: Record) -> Iterator[CounterKey]:
    prefix = record.identifier.prefix
    yield from (LISTED, of_owner(record.owner), of_group(record.group), of_prefix(prefix), of_prefix(prefix, record.owner))
    if record.resource_type:
        yield from (of_type(record.resource_type), of_type(record.resource_type, record.owner))
    for event, moment_s in ((CREATED, record.created_s), (REGISTERED, record.registered_s)):
        if moment_s > 0:
            yield of_year(event, datetime.fromtimestamp(moment_s, UTC).year)


def of_owner(owner: str) -> CounterKey:
    """Name the count of an account's listed DOIs."""
    return CounterKey(CounterKind.LIST, f"owner:{owner}")


def of_group(group: str) -> CounterKey:
    """Name the count of a group's listed DOIs."""
    return CounterKey(CounterKind.LIST, f"group:{group}")


def of_prefix(prefix: str, owner: str = "") -> CounterKey:
    """Name the count of listed DOIs under a prefix, `10.5072`: all, or one account's."""
    return CounterKey(CounterKind.LIST, f"prefix:{prefix}" + (f" owner:{owner}" if owner else ""))


def of_type(resource_type: str, owner: str = "") -> CounterKey:
    """Name the count of listed DOIs of a general type: all, or one account's."""
    return CounterKey(CounterKind.LIST, f"type:{resource_type}" + (f" owner:{owner}" if owner else ""))


def of_year(event: str, year: int) -> CounterKey:
    """Name the count of listed DOIs to which something happened in a year, UTC: they were `CREATED` or `REGISTERED`."""
    return CounterKey(CounterKind.LIST, f"{event}:{year}")


def difference(old: Record | None, new: Record | None) -> Mapping[CounterKey, Tally]:
    """Tell what each count gains when `old` becomes `new`; None is no record. Counts that stay are left out."""
    gains: dict[CounterKey, Tally] = {}
    if old is not None:
        gains = dict.fromkeys(keys_of(old), -one(old))
    if new is not None:
        for key in keys_of(new):
            gains[key] = gains.get(key, Tally()) + one(new)
    return {key: gain for key, gain in gains.items() if gain}
