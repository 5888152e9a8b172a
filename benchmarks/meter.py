"""Counts what is asked of DynamoDB: each request's kind, whether it carries a condition, and what capacity it takes.

It listens to botocore's own events, so it sees what the code under measure really sends, whichever library sends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import botocore
from botocore.session import Session

from benchmarks.capacity import Index, Item, index_write_units, item_bytes, read_units, table_write_units

_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
_Key = tuple[str, str]


@dataclass(slots=True)
class Call:
    """One request to DynamoDB.

    Attributes:
        kind: the operation, with ` if` behind it where it carries a condition.
        reported: capacity units as the engine states them, indexes included; None where it states none.
        reads, writes: units computed by the published rules, for the table.
        index_writes: units computed for its indexes.
        attempts: HTTP requests; more than 1 is a retry.
    """

    kind: str
    reported: float | None = None
    reads: float = 0
    writes: int = 0
    index_writes: int = 0
    attempts: int = 0

    @property
    def is_read(self) -> bool:
        return self.kind in _READS


class Meter:
    """Keeps every call, and a copy of every item written, to tell what the next write of it replaces."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self.calls: list[Call] = []
        self._indexes = indexes
        self._items: dict[_Key, Item] = {}
        self._sent: Mapping[str, Any] = {}

    def watch(self, session: Session) -> None:
        """Listen to a botocore session."""
        listeners: dict[str, Any] = {
            "provide-client-params.dynamodb": self._begin,
            "request-created.dynamodb": self._attempt,
            "after-call.dynamodb": self._end,
        }
        for event, listener in listeners.items():
            session.register(event, listener)

    def _begin(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        conditional = "ConditionExpression" in params
        self.calls.append(Call(f"{model.name} if" if conditional else model.name))
        self._sent = params
        counted = "ReturnConsumedCapacity" in model.input_shape.members
        return {**params, "ReturnConsumedCapacity": "INDEXES"} if counted else params

    def _attempt(self, **_: Any) -> None:
        self.calls[-1].attempts += 1

    def _end(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        call = self.calls[-1]
        call.reported = _reported(parsed)
        if model.name in _READS:
            call.reads = self._read(model.name, parsed)
        elif model.name in {"PutItem", "DeleteItem"}:
            self._write(call, model.name, self._sent, accepted="Error" not in parsed)
        elif model.name == "UpdateItem":
            # Counts and marks: what the table says it holds now is small, and in no index.
            call.writes = table_write_units(None, parsed.get("Attributes"))
        elif model.name == "TransactWriteItems":
            self._transact(call, accepted="Error" not in parsed)

    def _read(self, kind: str, parsed: Mapping[str, Any]) -> float:
        match kind:
            case "GetItem":
                return read_units([item_bytes(parsed.get("Item", {}))], consistent=bool(self._sent.get("ConsistentRead")))
            case "BatchGetItem":
                ((table, asked),) = self._sent["RequestItems"].items()
                sizes = [item_bytes(item) for item in parsed["Responses"].get(table, ())]
                missing = [0] * (len(asked["Keys"]) - len(sizes))
                return read_units(sizes + missing, consistent=bool(asked.get("ConsistentRead")))
            case _:
                total = sum(item_bytes(item) for item in parsed["Items"])
                return read_units([total], consistent=bool(self._sent.get("ConsistentRead")))

    def _transact(self, call: Call, *, accepted: bool) -> None:
        """Every member of a transaction is written twice: to prepare it and to commit it. Indexes are written once."""
        for member in self._sent["TransactItems"]:
            ((kind, sent),) = member.items()
            part = Call(kind)
            self._write(part, f"{kind}Item", sent, accepted=accepted)
            call.writes += 2 * part.writes
            call.index_writes += part.index_writes

    def _write(self, call: Call, kind: str, sent: Mapping[str, Any], *, accepted: bool) -> None:
        given = sent["Item"] if kind == "PutItem" else sent["Key"]
        key = (given["pk"]["S"], given["sk"]["S"])
        old, new = self._items.get(key), given if kind == "PutItem" else None
        call.writes = table_write_units(old, new)
        if not accepted:
            return
        call.index_writes = sum(index_write_units(index, old, new) for index in self._indexes)
        if new is None:
            self._items.pop(key, None)
        else:
            self._items[key] = new


@contextmanager
def metering(indexes: Sequence[Index]) -> Iterator[Meter]:
    """Give a meter that listens to every botocore session made meanwhile."""
    meter = Meter(indexes)
    botocore.register_initializer(meter.watch)
    try:
        yield meter
    finally:
        botocore.unregister_initializer(meter.watch)


def kinds(calls: Sequence[Call]) -> Counter[str]:
    """Count calls by kind."""
    return Counter(call.kind for call in calls)


def in_words(counted: Mapping[str, int]) -> str:
    """Write counts as `1 GetItem + 1 PutItem if`."""
    return " + ".join(f"{count} {kind}" for kind, count in sorted(counted.items())) or "none"


def _reported(parsed: Mapping[str, Any]) -> float | None:
    consumed = parsed.get("ConsumedCapacity")
    if not consumed:
        return None
    parts = consumed if isinstance(consumed, list) else [consumed]
    return float(sum(part["CapacityUnits"] for part in parts))
