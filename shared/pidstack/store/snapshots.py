"""Snapshots in the table: what is published. The runs that make them: pidstack.store.runs.

| pk                  | sk                   | item                                                             |
|---------------------|----------------------|------------------------------------------------------------------|
| `snapshots#monthly` | `2026-10`, `latest`  | a published snapshot, and the one of the latest period once more |
| `snapshots#retired` | `NAME`               | one that is found no more, whose files are still there           |
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.snapshot import Period, Snapshot, SnapshotKind, SnapshotRun
from pidstack.ports.clock import Clock
from pidstack.store.runs import RunStore, packed
from pidstack.store.tables import SnapshotItem, transaction_connection

_RETIRED, _LATEST = "snapshots#retired", "latest"
_REFUSED = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoRuns(RunStore[SnapshotRun]):
    """The runs that make snapshots."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("snapshot", SnapshotRun.from_json, clock)


class DynamoPublished:
    """`pidstack.ports.snapshots.Published` on DynamoDB. `tables.connect` must have been called."""

    def publish(self, snapshot: Snapshot, before: Snapshot | None, now_s: int) -> bool:
        """See the port. One TransactWriteItems of at most three items; a snapshot of an earlier period takes two."""
        free = SnapshotItem.pk.does_not_exist()
        is_later = (
            free
            | (SnapshotItem.period < str(snapshot.period))
            | ((SnapshotItem.period == str(snapshot.period)) & (SnapshotItem.at_s <= snapshot.started_s))
        )
        is_as_seen = free if before is None else SnapshotItem.content == packed(before.as_json())
        writes: list[tuple[SnapshotItem, Condition | None]] = [(_item(snapshot, str(snapshot.period)), is_as_seen)]
        if before is not None and before.run != snapshot.run:
            writes.append((_retired(before, now_s), None))
        return _written([*writes, (_item(snapshot, _LATEST), is_later)]) or _written(writes)

    def find(self, kind: SnapshotKind, period: Period | None) -> Snapshot | None:
        """See the port. One GetItem."""
        try:
            return _snapshot(SnapshotItem.get(_shelf(kind), str(period or _LATEST), consistent_read=True))
        except DoesNotExist:
            return None

    def published(self, kind: SnapshotKind) -> list[Snapshot]:
        """See the port. One Query."""
        items = SnapshotItem.query(_shelf(kind), consistent_read=True, scan_index_forward=False)
        return [_snapshot(item) for item in items if item.sk != _LATEST]

    def retire(self, snapshot: Snapshot, now_s: int) -> None:
        """See the port. One TransactWriteItems of two items; two if another one has taken its place."""
        kept, place = _retired(snapshot, now_s), _item(snapshot, str(snapshot.period))
        try:
            with TransactWrite(connection=transaction_connection()) as transaction:
                transaction.save(kept)
                transaction.delete(place, condition=SnapshotItem.content == place.content)
        except TransactWriteError as error:
            if not _is_refusal(error):
                raise
            kept.save()

    def retired(self) -> list[tuple[Snapshot, int]]:
        """See the port. One Query."""
        return [(_snapshot(item), int(item.at_s)) for item in SnapshotItem.query(_RETIRED, consistent_read=True)]

    def forget(self, run: str) -> None:
        """See the port. One DeleteItem."""
        SnapshotItem(_RETIRED, run).delete()


def _written(writes: Sequence[tuple[SnapshotItem, Condition | None]]) -> bool:
    try:
        with TransactWrite(connection=transaction_connection()) as transaction:
            for item, condition in writes:
                transaction.save(item, condition=condition)
    except TransactWriteError as error:
        if not _is_refusal(error):
            raise
        return False
    return True


def _is_refusal(error: TransactWriteError) -> bool:
    return any(reason is not None and reason.code in _REFUSED for reason in error.cancellation_reasons)


def _shelf(kind: SnapshotKind) -> str:
    return f"snapshots#{kind}"


def _item(snapshot: Snapshot, place: str) -> SnapshotItem:
    content, period = packed(snapshot.as_json()), str(snapshot.period)
    return SnapshotItem(_shelf(snapshot.period.kind), place, content=content, period=period, at_s=snapshot.started_s)


def _retired(snapshot: Snapshot, now_s: int) -> SnapshotItem:
    item = _item(snapshot, snapshot.run)
    item.pk, item.at_s = _RETIRED, now_s
    return item


def _snapshot(item: SnapshotItem) -> Snapshot:
    return Snapshot.from_json(json.loads(item.content))
