"""Counts of records in the table: one item a name and shard.

A partition holds one shard of all names of a kind, sorted. Reading eight of them gives the list of names as well: the sets that
hold anything, the days on which anything changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pynamodb.expressions.update import Action

from pidstack.domain.counting import COUNTER_SHARDS, CounterKey, CounterKind, Tally
from pidstack.ports.feed import LAST_NAME, Found, Share
from pidstack.store.identifiers import record_of
from pidstack.store.tables import (
    COUNTER_KEY,
    HISTORY_SORT_KEY,
    RECORD_SORT_KEY,
    CounterItem,
    HistoryItem,
    Item,
    RecordItem,
    transaction_connection,
)
from pidstack.store.tallies import tallies
from pidstack.store.wire import Wire

# All that a survey wants to know; texts, which make up most of a table, stay where they are.
_SURVEYED = sorted({*RecordItem.get_attributes(), *CounterItem.get_attributes()} - {"elements", "forms", "reason", "target"})


class DynamoCounters:
    """`pidstack.ports.feed.CounterKeeper` on DynamoDB. `tables.connect` must have been called before anything is asked."""

    @cached_property
    def _wire(self) -> Wire:
        return Wire.open()

    def tally(self, key: CounterKey) -> Tally:
        """See the port. One BatchGetItem of `COUNTER_SHARDS` items."""
        return tallies(self._wire, [key], consistent=True)[0]

    def tallies(self, kind: CounterKind, *, first: str = "", last: str = LAST_NAME) -> dict[str, Tally]:
        """See the port. One Query a shard."""
        sums: dict[str, Tally] = {}
        for shard in range(COUNTER_SHARDS):
            named = CounterItem.sk.between(first, last) if first else CounterItem.sk <= last
            for item in CounterItem.query(_pk(kind, shard), named, consistent_read=True):
                sums[item.sk] = sums.get(item.sk, Tally()) + _tally(item)
        return {name: sums[name] for name in sorted(sums) if sums[name]}

    def survey(self) -> Iterator[Found | Share]:
        """See the port. One Scan, which passes over everything in the table.

        The items of an identifier come together, its history before its record: so it is known whether the version is entered.
        """
        name, entered = "", set[str]()
        for raw in _scan():
            pk, sk = raw["pk"]["S"], raw["sk"]["S"]
            if pk != name:
                name, entered = pk, set()
            if sk.startswith(HISTORY_SORT_KEY):
                entered.add(raw.get("token", {}).get("S", ""))
            elif sk == RECORD_SORT_KEY:
                record = record_of(RecordItem.from_raw_data(raw))
                yield Found(record, record.token in entered)
            else:
                kind, _, shard = pk.removeprefix(COUNTER_KEY).partition("#")
                yield Share(CounterKey(CounterKind(kind), sk), int(shard), _tally(CounterItem.from_raw_data(raw)))

    def correct(self, by: Share) -> None:
        """See the port. One UpdateItem."""
        counter_item(by.key, by.shard).update(actions=gain_of(by.tally))


def counter_item(key: CounterKey, shard: int) -> CounterItem:
    """Name the item of one shard's share of a count."""
    return CounterItem(_pk(key.kind, shard), key.name)


def gain_of(tally: Tally) -> list[Action]:
    """Write a difference as what an update does."""
    counts = ((CounterItem.draft, tally.draft), (CounterItem.findable, tally.findable), (CounterItem.registered, tally.registered))
    return [attribute.add(gain) for attribute, gain in counts if gain]


def _pk(kind: CounterKind, shard: int) -> str:
    return f"{COUNTER_KEY}{kind}#{shard}"


def _tally(item: CounterItem) -> Tally:
    return Tally(int(item.draft or 0), int(item.findable or 0), int(item.registered or 0))


def _scan() -> Iterator[dict[str, dict[str, Any]]]:
    wanted = (Item.sk == RECORD_SORT_KEY) | HistoryItem.sk.startswith(HISTORY_SORT_KEY) | Item.pk.startswith(COUNTER_KEY)
    meta: Any = RecordItem.Meta
    start = None
    while True:
        page = transaction_connection().scan(
            meta.table_name,
            filter_condition=wanted,
            attributes_to_get=_SURVEYED,
            exclusive_start_key=start,
            consistent_read=True,
        )
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if start is None:
            return
