"""Exports in the table: what was ordered, how far it is, and which export equal orders share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.transactions import TransactWrite

from pidstack.domain.export import LIFETIME_S, Export, Order, Stage
from pidstack.ports.clock import Clock
from pidstack.ports.exports import Progress
from pidstack.store.tables import ExportItem, ExportOrderItem, ExportSegmentItem, transaction_connection

# Names of executions are not given twice within 90 days, so what counts them has to be remembered for longer.
_ORDERS_KEPT_S = 400 * 24 * 3600
_TRIES = 5
_EXPORT, _ORDER, _SEGMENT = "export", "order", "segment#"
_CONDITION_FAILED = "ConditionalCheckFailedException"
_CANCELLATIONS = {"ConditionalCheckFailed", "TransactionConflict"}


class DynamoExports:
    """`pidstack.ports.exports.Exports` on DynamoDB. `tables.connect` must have been called.

    Args:
        secret: gives what makes the names of files impossible to guess.
    """

    def __init__(self, clock: Clock, secret: Callable[[], bytes]) -> None:
        self._clock = clock
        self._secret = secret

    def get(self, name: str) -> Export | None:
        """See the port. One GetItem."""
        try:
            return _export(name, ExportItem.get(f"export#{name}", _EXPORT, consistent_read=True))
        except DoesNotExist:
            return None

    def take(self, order: Order, now_s: int) -> Export:
        """See the port. Up to two GetItem; a new one costs one TransactWriteItems of two items."""
        for _ in range(_TRIES):
            last = self._last(order)
            export = self.get(last.name) if last else None
            if export and not export.is_over and not export.is_stuck(now_s):
                return export
            generation = int(last.generation) + 1 if last else 1
            new = Export(order.file_name(generation, self._secret()), order, now_s, generation)
            if self._begin(new, last):
                return new
        raise RuntimeError("Many ask for the same export at the same time, and none of them gets it.")

    def change(self, old: Export, new: Export) -> bool:
        """See the port. One UpdateItem."""
        item = _item(old)
        values = _item(new).attribute_values
        actions = [
            getattr(ExportItem, name).set(value) for name, value in values.items() if name not in {"pk", "sk"} and value is not None
        ]
        is_open = ExportItem.stage.is_in(Stage.WAITING.value, Stage.RUNNING.value)
        try:
            item.update(actions=actions, condition=is_open)
        except UpdateError as error:
            if error.cause_response_code == _CONDITION_FAILED:
                return False
            raise
        return True

    def note(self, name: str, segment: int, progress: Progress) -> None:
        """See the port. One PutItem."""
        expires_s = self._clock() + LIFETIME_S
        ExportSegmentItem(
            f"export#{name}", f"{_SEGMENT}{segment:05}", seen=progress.seen, written=progress.written, expires_s=expires_s
        ).save()

    def progress(self, name: str) -> Progress:
        """See the port."""
        items = list(ExportSegmentItem.query(f"export#{name}", ExportSegmentItem.sk.startswith(_SEGMENT)))
        return Progress(sum(int(item.seen) for item in items), sum(int(item.written) for item in items))

    def _last(self, order: Order) -> ExportOrderItem | None:
        try:
            return ExportOrderItem.get(f"export-order#{order.key()}", _ORDER, consistent_read=True)
        except DoesNotExist:
            return None

    def _begin(self, export: Export, last: ExportOrderItem | None) -> bool:
        counted = ExportOrderItem(f"export-order#{export.order.key()}", _ORDER, generation=export.generation, name=export.name)
        counted.expires_s = export.ordered_s + _ORDERS_KEPT_S
        is_next = ExportOrderItem.generation == last.generation if last else ExportOrderItem.pk.does_not_exist()
        try:
            with TransactWrite(connection=transaction_connection()) as transaction:
                transaction.save(counted, condition=is_next)
                transaction.save(_item(export))
        except TransactWriteError as error:
            if not {reason.code for reason in error.cancellation_reasons if reason} & _CANCELLATIONS:
                raise
            return False
        return True


def _item(export: Export) -> ExportItem:
    return ExportItem(
        f"export#{export.name}",
        _EXPORT,
        order=json.dumps(export.order.as_json(), ensure_ascii=False, separators=(",", ":")),
        generation=export.generation,
        stage=export.stage.value,
        ordered_s=export.ordered_s,
        finished_s=export.finished_s or None,
        expected=export.expected or None,
        records=export.records or None,
        size=export.size or None,
        sha256=export.sha256 or None,
        problem=export.problem or None,
        expires_s=export.expires_s,
    )


def _export(name: str, item: ExportItem) -> Export:
    numbers: dict[str, Any] = {
        part: int(getattr(item, part) or 0) for part in ("ordered_s", "generation", "finished_s", "expected", "records", "size")
    }
    words: dict[str, Any] = {part: getattr(item, part) or "" for part in ("sha256", "problem")}
    return Export(name, Order.from_json(json.loads(item.order)), stage=Stage(item.stage), **numbers, **words)
