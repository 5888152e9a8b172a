"""Records in a table in moto whose indexes show a change only when told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3

from pidstack.domain.record import Record
from pidstack.ports.harvest import HarvestStore
from pidstack.store import identifiers
from pidstack.store.calendar import DynamoCalendar
from pidstack.store.harvest import DynamoHarvest
from pidstack.store.wire import Wire
from tests.integration.conftest import TABLE, table_definition

_SHOWN = "shown"


class LaggingShelves:
    """`tests.harvesting.Shelves` on DynamoDB: a second table, written later, stands for the indexes of the one of `conftest`."""

    def __init__(self) -> None:
        self._calendar = DynamoCalendar()
        self._client = boto3.client("dynamodb")
        self._client.create_table(TableName=_SHOWN, **table_definition())
        self.harvest: HarvestStore = DynamoHarvest(_LaggingWire.open())

    def keep(self, record: Record) -> None:
        self._calendar.mark(record)
        self._put(TABLE, record)

    def show(self, record: Record) -> None:
        self._put(_SHOWN, record)

    def _put(self, table: str, record: Record) -> None:
        item = identifiers._item(record)
        item.token = f"{record.version}"
        self._client.put_item(TableName=table, Item=item.serialize())


class _LaggingWire(Wire):
    def query(self, **asked: Any) -> Mapping[str, Any]:
        if "IndexName" not in asked:
            return super().query(**asked)
        return Wire(self._sender, _SHOWN).query(**asked)
