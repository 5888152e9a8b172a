"""Archives in the table: the runs that make them, how far their units are, and what the folders hold.

| pk                  | sk       | item                                                    |
|---------------------|----------|---------------------------------------------------------|
| `archives#runs`     | `NAME`   | a run                                                   |
| `archive#NAME`      | `000007` | how far a unit of it is                                 |
| `archives#folders`  | `day3`   | what a folder holds; together they are the control file |
| `archives#replaced` | `NAME`   | one that no folder holds, whose files are still there   |
"""

from __future__ import annotations

import json
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.archive import Archive, ArchiveRun
from pidstack.domain.snapshot import Phase
from pidstack.ports.clock import Clock
from pidstack.ports.snapshots import Done
from pidstack.store.tables import SnapshotItem, SnapshotPartItem, transaction_connection

_RUNS, _FOLDERS, _REPLACED = "archives#runs", "archives#folders", "archives#replaced"
_RUN_KEPT_S = 100 * 24 * 3600
_UNIT_KEPT_S = 7 * 24 * 3600
_CONDITION_FAILED = "ConditionalCheckFailedException"
_REFUSED = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoArchiveRuns:
    """`pidstack.ports.archives.ArchiveRuns` on DynamoDB. `tables.connect` must have been called."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def begin(self, run: ArchiveRun) -> ArchiveRun:
        """See the port. One PutItem; one GetItem more if it is known."""
        try:
            _run_item(run).save(condition=SnapshotItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise
            return self.get(run.name) or run
        return run

    def get(self, name: str) -> ArchiveRun | None:
        """See the port. One GetItem."""
        try:
            return ArchiveRun.from_json(json.loads(SnapshotItem.get(_RUNS, name, consistent_read=True).content))
        except DoesNotExist:
            return None

    def change(self, run: ArchiveRun) -> None:
        """See the port. One PutItem. What is over stays as it is, unless it was published after all."""
        is_open = SnapshotItem.is_over.does_not_exist()
        try:
            _run_item(run).save(condition=None if run.phase is Phase.PUBLISHED else is_open)
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise

    def recent(self, limit: int) -> list[ArchiveRun]:
        """See the port. One Query; there are as many runs as in a hundred days."""
        runs = [ArchiveRun.from_json(json.loads(item.content)) for item in SnapshotItem.query(_RUNS, consistent_read=True)]
        return sorted(runs, key=lambda run: (run.started_s, run.name), reverse=True)[:limit]

    def note(self, name: str, unit: int, records: int, *, finished: bool) -> None:
        """See the port. One PutItem."""
        expires_s = self._clock() + _UNIT_KEPT_S
        SnapshotPartItem(_units(name), f"{unit:06}", records=records, finished=finished, expires_s=expires_s).save()

    def done(self, name: str) -> Done:
        """See the port."""
        items = list(SnapshotPartItem.query(_units(name)))
        return Done(sum(1 for item in items if item.finished), sum(int(item.records) for item in items))


class DynamoFolders:
    """`pidstack.ports.archives.Folders` on DynamoDB. `tables.connect` must have been called."""

    def archives(self) -> list[Archive]:
        """See the port. One Query."""
        return [_archive(item) for item in SnapshotItem.query(_FOLDERS, consistent_read=True)]

    def switch(self, archive: Archive, before: Archive | None, now_s: int) -> bool:
        """See the port. One TransactWriteItems of at most two items."""
        new, old = _item(_FOLDERS, archive.folder, archive), None
        is_as_seen: Condition = SnapshotItem.pk.does_not_exist()
        if before is not None:
            is_as_seen = SnapshotItem.content == _json(before.as_json())
            old = _item(_REPLACED, before.run, before)
            old.at_s = now_s
        try:
            with TransactWrite(connection=transaction_connection()) as transaction:
                transaction.save(new, condition=is_as_seen)
                if old is not None:
                    transaction.save(old)
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason}
            if not codes & _REFUSED:
                raise
            return False
        return True

    def replaced(self) -> list[tuple[Archive, int]]:
        """See the port. One Query."""
        return [(_archive(item), int(item.at_s)) for item in SnapshotItem.query(_REPLACED, consistent_read=True)]

    def forget(self, run: str) -> None:
        """See the port. One DeleteItem."""
        SnapshotItem(_REPLACED, run).delete()


def _units(name: str) -> str:
    return f"archive#{name}"


def _run_item(run: ArchiveRun) -> SnapshotItem:
    item = SnapshotItem(_RUNS, run.name, content=_json(run.as_json()), at_s=run.started_s)
    item.is_over, item.expires_s = run.is_over or None, run.started_s + _RUN_KEPT_S
    return item


def _item(pk: str, sk: str, archive: Archive) -> SnapshotItem:
    return SnapshotItem(pk, sk, content=_json(archive.as_json()), at_s=archive.started_s)


def _archive(item: SnapshotItem) -> Archive:
    return Archive.from_json(json.loads(item.content))


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), sort_keys=True)
