"""Snapshots in the table: the runs that make them, how far their parts are, and what is published.

| pk                  | sk                   | item                                                             |
|---------------------|----------------------|------------------------------------------------------------------|
| `snapshots#runs`    | `NAME`               | a run                                                            |
| `snapshot#NAME`     | `taking#000007`      | how far a part of it is                                          |
| `snapshots#monthly` | `2026-10`, `latest`  | a published snapshot, and the one of the latest period once more |
| `snapshots#retired` | `NAME`               | one that is found no more, whose files are still there           |
"""

from __future__ import annotations

import json
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.snapshot import Period, Phase, Snapshot, SnapshotKind, SnapshotRun
from pidstack.ports.clock import Clock
from pidstack.ports.snapshots import Done
from pidstack.store.tables import SnapshotItem, SnapshotPartItem, transaction_connection

_RUNS, _RETIRED, _LATEST = "snapshots#runs", "snapshots#retired", "latest"
_RUN_KEPT_S = 100 * 24 * 3600
_PART_KEPT_S = 7 * 24 * 3600
_CONDITION_FAILED = "ConditionalCheckFailedException"
_REFUSED = "ConditionalCheckFailed"


class DynamoRuns:
    """`pidstack.ports.snapshots.Runs` on DynamoDB. `tables.connect` must have been called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def begin(self, run: SnapshotRun) -> SnapshotRun:
        """See the port. One PutItem; one GetItem more if it is known."""
        try:
            _run_item(run).save(condition=SnapshotItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise
            return self.get(run.name) or run
        return run

    def get(self, name: str) -> SnapshotRun | None:
        """See the port. One GetItem."""
        try:
            return SnapshotRun.from_json(json.loads(SnapshotItem.get(_RUNS, name, consistent_read=True).content))
        except DoesNotExist:
            return None

    def change(self, run: SnapshotRun) -> None:
        """See the port. One PutItem. What is over stays as it is, unless it was published after all."""
        is_open = SnapshotItem.is_over.does_not_exist()
        try:
            _run_item(run).save(condition=None if run.phase is Phase.PUBLISHED else is_open)
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise

    def recent(self, limit: int) -> list[SnapshotRun]:
        """See the port. One Query; there are as many runs as in a hundred days."""
        runs = [SnapshotRun.from_json(json.loads(item.content)) for item in SnapshotItem.query(_RUNS, consistent_read=True)]
        return sorted(runs, key=lambda run: (run.started_s, run.name), reverse=True)[:limit]

    def note(self, name: str, phase: Phase, part: int, records: int, *, finished: bool) -> None:
        """See the port. One PutItem."""
        expires_s = self._clock() + _PART_KEPT_S
        SnapshotPartItem(_parts(name), f"{phase}#{part:06}", records=records, finished=finished, expires_s=expires_s).save()

    def done(self, name: str, phase: Phase) -> Done:
        """See the port."""
        items = list(SnapshotPartItem.query(_parts(name), SnapshotPartItem.sk.startswith(f"{phase}#")))
        return Done(sum(1 for item in items if item.finished), sum(int(item.records) for item in items))


class DynamoPublished:
    """`pidstack.ports.snapshots.Published` on DynamoDB. `tables.connect` must have been called."""

    def publish(self, snapshot: Snapshot) -> bool:
        """See the port. One TransactWriteItems of two items; a snapshot of an earlier period takes two."""
        free = SnapshotItem.pk.does_not_exist()
        is_newer = free | (SnapshotItem.at_s <= snapshot.started_s)
        is_later = (
            free
            | (SnapshotItem.period < str(snapshot.period))
            | ((SnapshotItem.period == str(snapshot.period)) & (SnapshotItem.at_s <= snapshot.started_s))
        )
        place = _item(snapshot, str(snapshot.period)), is_newer
        return _written(place, (_item(snapshot, _LATEST), is_later)) or _written(place)

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
        kept = _item(snapshot, snapshot.run)
        kept.pk, kept.at_s = _RETIRED, now_s
        place = _item(snapshot, str(snapshot.period))
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


def _written(*places: tuple[SnapshotItem, Condition]) -> bool:
    try:
        with TransactWrite(connection=transaction_connection()) as transaction:
            for item, condition in places:
                transaction.save(item, condition=condition)
    except TransactWriteError as error:
        if not _is_refusal(error):
            raise
        return False
    return True


def _is_refusal(error: TransactWriteError) -> bool:
    return any(reason is not None and reason.code == _REFUSED for reason in error.cancellation_reasons)


def _parts(name: str) -> str:
    return f"snapshot#{name}"


def _shelf(kind: SnapshotKind) -> str:
    return f"snapshots#{kind}"


def _run_item(run: SnapshotRun) -> SnapshotItem:
    item = SnapshotItem(_RUNS, run.name, content=_json(run.as_json()), at_s=run.started_s)
    item.is_over, item.expires_s = run.is_over or None, run.started_s + _RUN_KEPT_S
    return item


def _item(snapshot: Snapshot, place: str) -> SnapshotItem:
    content, period = _json(snapshot.as_json()), str(snapshot.period)
    return SnapshotItem(_shelf(snapshot.period.kind), place, content=content, period=period, at_s=snapshot.started_s)


def _snapshot(item: SnapshotItem) -> Snapshot:
    return Snapshot.from_json(json.loads(item.content))


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), sort_keys=True)
