"""Reads of records without the SDK, for a function that does nothing else: importing botocore and making its client would be two
thirds of its cold start, and most of the processor time of a read. Rule: docs/decisions/0005-reads-without-sdk.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.clock import Clock
from pidstack.ports.records import MOST_NAMES
from pidstack.store.aws_signature import Credentials
from pidstack.store.record_items import RECORD_SORT_KEY, Item, record_on_wire
from pidstack.store.sender import Instead, Sender


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is.

    Attributes:
        endpoint: URL of DynamoDB, without a path.
    """

    endpoint: str
    region: str
    table: str
    credentials: Credentials

    @classmethod
    def from_environment(cls, table: str) -> Place:
        """Read what Lambda sets, and the endpoint's variables that the SDK knows.

        Raises:
            KeyError: a variable is missing.
        """
        get = os.environ.get
        region = get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
        suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        usual = f"https://dynamodb.{region}.{suffix}"
        return cls(
            get("AWS_ENDPOINT_URL_DYNAMODB") or get("AWS_ENDPOINT_URL") or usual,
            region,
            table,
            Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], get("AWS_SESSION_TOKEN", "")),
        )


class LeanRecords:
    """`pidstack.ports.records.RecordReader` on DynamoDB. Reading raises `TableError` where the table does not answer.

    Args:
        instead: as of `Sender`.
    """

    def __init__(self, place: Place, clock: Clock, instead: Instead | None = None) -> None:
        self._sender = Sender(place.endpoint, place.region, lambda: place.credentials, instead=instead)
        self._table = place.table
        self._clock = clock

    def get(self, identifier: Identifier) -> Record | None:
        """See the port. One GetItem."""
        asked = {"TableName": self._table, "Key": _key(identifier), "ConsistentRead": True}
        item = self._sender.ask("GetItem", asked).get("Item")
        return self._alive(item) if item else None

    def those_of(self, identifiers: Sequence[Identifier]) -> list[Record]:
        """See the port. One BatchGetItem; another one for what does not fit into 16 MB."""
        keys = [_key(identifier) for identifier in identifiers[:MOST_NAMES]]
        found = {item["pk"]["S"]: item for item in self._sender.items(self._table, keys, consistent=True)}
        items = (found[identifier.name] for identifier in identifiers if identifier.name in found)
        return [record for item in items if (record := self._alive(item))]

    def open(self) -> None:
        """Open the connection, so that the first read need not. A failure is left to the first read."""
        self._sender.open()

    def close(self) -> None:
        """Close it."""
        self._sender.close()

    def _alive(self, item: Item) -> Record | None:
        """Hide what has expired: DynamoDB deletes it within days, not at once."""
        record = record_on_wire(item)
        return None if 0 < record.expires_s <= self._clock() else record


def _key(identifier: Identifier) -> dict[str, dict[str, str]]:
    return {"pk": {"S": identifier.name}, "sk": {"S": RECORD_SORT_KEY}}
