"""Runs in the table, of snapshots and of archives, and how far their parts are.

| pk               | sk              | item                |
|------------------|-----------------|---------------------|
| `snapshots#runs` | `NAME`          | a run               |
| `snapshot#NAME`  | `taking#000007` | how far a part is   |

Those of archives have the word `archive` in the same places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Generic

from pynamodb.exceptions import DoesNotExist, PutError

from pidstack.domain.snapshot import Phase
from pidstack.ports.clock import Clock
from pidstack.ports.runs import Done, R
from pidstack.store.tables import SnapshotItem, SnapshotPartItem

_RUN_KEPT_S = 100 * 24 * 3600
_PART_KEPT_S = 7 * 24 * 3600
_CONDITION_FAILED = "ConditionalCheckFailedException"


class RunStore(Generic[R]):
    """`pidstack.ports.runs.Runs` on DynamoDB. `tables.connect` must have been called.

    Args:
        word: what the runs make.
        read: reads what `as_json` of a run wrote.
    """

    def __init__(self, word: str, read: Callable[[dict[str, Any]], R], clock: Clock) -> None:
        self._word = word
        self._shelf = f"{word}s#runs"
        self._read = read
        self._clock = clock

    def begin(self, run: R) -> R:
        """See the port. One PutItem; one GetItem more if it is known."""
        try:
            self._item(run).save(condition=SnapshotItem.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise
            return self.get(run.name) or run
        return run

    def get(self, name: str) -> R | None:
        """See the port. One GetItem."""
        try:
            return self._run(SnapshotItem.get(self._shelf, name, consistent_read=True))
        except DoesNotExist:
            return None

    def change(self, run: R) -> None:
        """See the port. One PutItem."""
        is_open = SnapshotItem.is_over.does_not_exist()
        try:
            self._item(run).save(condition=None if run.phase is Phase.PUBLISHED else is_open)
        except PutError as error:
            if error.cause_response_code != _CONDITION_FAILED:
                raise

    def recent(self, limit: int) -> list[R]:
        """See the port. One Query; there are as many runs as in a hundred days."""
        runs = [self._run(item) for item in SnapshotItem.query(self._shelf, consistent_read=True)]
        return sorted(runs, key=lambda run: (run.started_s, run.name), reverse=True)[:limit]

    def note(self, name: str, phase: Phase, part: int, records: int, *, finished: bool) -> None:
        """See the port. One PutItem."""
        expires_s = self._clock() + _PART_KEPT_S
        place = self._parts(name), f"{phase}#{part:06}"
        SnapshotPartItem(*place, records=records, finished=finished, expires_s=expires_s).save()

    def done(self, name: str, phase: Phase) -> Done:
        """See the port."""
        items = list(SnapshotPartItem.query(self._parts(name), SnapshotPartItem.sk.startswith(f"{phase}#")))
        return Done(sum(1 for item in items if item.finished), sum(int(item.records) for item in items))

    def _parts(self, name: str) -> str:
        return f"{self._word}#{name}"

    def _run(self, item: SnapshotItem) -> R:
        return self._read(json.loads(item.content))

    def _item(self, run: R) -> SnapshotItem:
        item = SnapshotItem(self._shelf, run.name, content=packed(run.as_json()), at_s=run.started_s)
        item.is_over, item.expires_s = run.phase.is_over or None, run.started_s + _RUN_KEPT_S
        return item


def packed(values: Mapping[str, Any]) -> str:
    """Write plain values as text; equal ones give equal text, so that conditions may compare it."""
    return json.dumps(values, separators=(",", ":"), sort_keys=True)
