"""Capacity units by DynamoDB's published rules, computed from items, so that they are known with an engine that reports none.

Rule: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats", "Capacity unit consumption for write operations" and
"Provisioned throughput considerations for global secondary indexes". Items are in the wire's form: `{"pk": {"S": "..."}, ...}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

_READ_BYTES, _WRITE_BYTES = 4096, 1024


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index.

    Attributes:
        keys: its key attributes; an item that lacks one is not in it.
        attributes: all that an entry holds, the table's keys included.
    """

    name: str
    keys: frozenset[str]
    attributes: frozenset[str]

    def entry(self, item: Item | None) -> dict[str, Any] | None:
        """Give what the index holds of an item; None for nothing."""
        if item is None or not self.keys <= item.keys():
            return None
        return {name: item[name] for name in item.keys() & self.attributes}


def indexes_of(definition: Mapping[str, Any]) -> tuple[Index, ...]:
    """Read the indexes from what `CreateTable` takes."""
    table_keys = {key["AttributeName"] for key in definition["KeySchema"]}
    found = []
    for index in definition.get("GlobalSecondaryIndexes", ()):
        keys = frozenset(key["AttributeName"] for key in index["KeySchema"])
        more = index["Projection"].get("NonKeyAttributes", ())
        found.append(Index(index["IndexName"], keys, keys | table_keys | frozenset(more)))
    return tuple(found)


def item_bytes(item: Item) -> int:
    """Tell the size of an item: its names and its values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def read_units(sizes: Sequence[int], *, consistent: bool) -> float:
    """Tell what reading items one by one costs; an item that does not exist has 0 bytes and costs as a small one."""
    units = sum(max(1, ceil(size / _READ_BYTES)) for size in sizes)
    return float(units if consistent else units / 2)


def table_write_units(old: Item | None, new: Item | None) -> int:
    """Tell what replacing `old` by `new` costs in the table; None is no item. A refused write costs as if it were made."""
    sizes = [item_bytes(item) for item in (old, new) if item is not None]
    return max(1, ceil(max(sizes, default=0) / _WRITE_BYTES))


def index_write_units(index: Index, old: Item | None, new: Item | None) -> int:
    """Tell what replacing `old` by `new` costs in an index: a moved entry is a deletion and a new entry."""
    before, after = index.entry(old), index.entry(new)
    if before == after:
        return 0
    if before is None or after is None:
        return table_write_units(before, after)
    moved = any(before[key] != after[key] for key in index.keys)
    return table_write_units(before, None) + table_write_units(None, after) if moved else table_write_units(before, after)


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return ceil(len(content.lstrip("-").strip("0.")) / 2) + 1
        case "B":
            return len(content)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "NS":
            return sum(_value_bytes({"N": number}) for number in content)
        case "L":
            return 3 + sum(1 + _value_bytes(part) for part in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(part) for name, part in content.items())
        case _:
            raise ValueError(f"no attribute of the table is of type {kind}")
