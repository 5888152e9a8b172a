"""The names of an owner's identifiers in their order, over the index by names; and their records.

The index moves an entry only when a record changes hands: whatever else is written meanwhile, a name that was there throughout is
met exactly once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pidstack.domain.record import Record
from pidstack.store.identifiers import SHARDS
from pidstack.store.wire import MOST_KEYS, Wire, record_on_wire

_INDEX = "name-index"
_READERS = 4


class DynamoOwnedNames:
    """`pidstack.ports.exports.OwnedNames` on DynamoDB. `tables.connect` must have been called."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pool = ThreadPoolExecutor(_READERS)

    def names(self, owner: str, *, after: str = "", until: str = "") -> Iterator[str]:
        """See the port. One Query for each shard, and for each megabyte of it."""
        return heapq.merge(*(self._of(f"{owner}#{shard}", after, until) for shard in range(SHARDS)))

    def records(self, names: Sequence[str]) -> list[Record]:
        """See the port. One BatchGetItem per 100, some at the same time."""
        groups = [names[start : start + MOST_KEYS] for start in range(0, len(names), MOST_KEYS)]
        items = {name: item for found in self._pool.map(self._wire.records, groups) for name, item in found.items()}
        return [record_on_wire(items[name]) for name in names if name in items]

    def _of(self, partition: str, after: str, until: str) -> Iterator[str]:
        asked: dict[str, Any] = {
            "IndexName": _INDEX,
            "KeyConditionExpression": "owner_shard = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ProjectionExpression": "pk",
        }
        values = {":after": {"S": after}, ":until": {"S": until}}
        condition = {
            (True, True): "pk BETWEEN :after AND :until",
            (True, False): "pk > :after",
            (False, True): "pk <= :until",
        }.get((bool(after), bool(until)))
        if condition:
            asked["KeyConditionExpression"] += f" AND {condition}"
            asked["ExpressionAttributeValues"] |= {name: value for name, value in values.items() if name in condition}
        while True:
            answer = self._wire.query(**asked)
            yield from (name for item in answer["Items"] if (name := item["pk"]["S"]) != after)
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
