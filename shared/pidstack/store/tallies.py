"""Counts as they are kept: shares of one count, each in an item of its own, added up where they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pidstack.domain.counting import COUNTER_SHARDS, CounterKey, Tally
from pidstack.store.tables import COUNTER_KEY
from pidstack.store.wire import Wire

_STATES = ("draft", "findable", "registered")


def tallies(wire: Wire, keys: Sequence[CounterKey], *, consistent: bool = False) -> list[Tally]:
    """Read counts, in the order of their keys. One BatchGetItem of `COUNTER_SHARDS` items a count, 100 at once."""
    places = [(f"{COUNTER_KEY}{key.kind}#{shard}", key.name) for key in dict.fromkeys(keys) for shard in range(COUNTER_SHARDS)]
    sums: dict[tuple[str, str], Tally] = {}
    for item in wire.items(places, consistent=consistent):
        name = item["pk"]["S"].rpartition("#")[0], item["sk"]["S"]
        sums[name] = sums.get(name, Tally()) + Tally(*(_whole(item, state) for state in _STATES))
    return [sums.get((f"{COUNTER_KEY}{key.kind}", key.name), Tally()) for key in keys]


def _whole(item: Mapping[str, Any], name: str) -> int:
    value = item.get(name)
    return int(value["N"]) if value and "N" in value else 0
