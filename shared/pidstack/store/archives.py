"""Archives in the table: what the folders hold. The runs that make them: pidstack.store.runs.

| pk                  | sk       | item                                                    |
|---------------------|----------|---------------------------------------------------------|
| `archives#folders`  | `day3`   | what a folder holds; together they are the control file |
| `archives#replaced` | `NAME`   | one that no folder holds, whose files are still there   |
"""

from __future__ import annotations

import json

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from pidstack.domain.archive import Archive, ArchiveRun
from pidstack.ports.clock import Clock
from pidstack.store.runs import RunStore, packed
from pidstack.store.tables import SnapshotItem, transaction_connection

_FOLDERS, _REPLACED = "archives#folders", "archives#replaced"
_REFUSED = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoArchiveRuns(RunStore[ArchiveRun]):
    """The runs that make archives."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("archive", ArchiveRun.from_json, clock)


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
            is_as_seen = SnapshotItem.content == packed(before.as_json())
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


def _item(pk: str, sk: str, archive: Archive) -> SnapshotItem:
    return SnapshotItem(pk, sk, content=packed(archive.as_json()), at_s=archive.started_s)


def _archive(item: SnapshotItem) -> Archive:
    return Archive.from_json(json.loads(item.content))
