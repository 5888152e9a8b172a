"""Reads of records without the SDK: signed requests over one kept connection, answers as JSON.

Importing botocore and making its client is two thirds of another function's cold start, and most of the processor time of a read.
Here nothing is done but what two operations need: docs/decisions/0005-resolver-without-sdk.md.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pidstack.domain.identifier import Identifier
from pidstack.domain.record import Record
from pidstack.ports.clock import Clock
from pidstack.ports.records import MOST_NAMES
from pidstack.store.aws_signature import Credentials, signed_headers
from pidstack.store.record_items import RECORD_SORT_KEY, Item, record_on_wire

ATTEMPTS = 4
_TIMEOUT_S = 4.0
_PAUSE_S = 0.12  # before the third attempt; doubled before each further one, and a random part of it is waited
# What a later attempt may bring. Rule: Amazon DynamoDB developer guide, "Error handling", "Error messages and codes".
_PASSING = (
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
)


class TableError(Exception):
    """The table did not answer, or refused."""


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
    """`pidstack.ports.records.RecordReader` on DynamoDB; not for several threads.

    Attributes:
        requests: HTTP requests sent so far, repeats included.
    """

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._host = urlsplit(place.endpoint).netloc
        self._connection: http.client.HTTPConnection | None = None
        self.requests = 0

    def get(self, identifier: Identifier) -> Record | None:
        """See the port. One GetItem."""
        asked = {"TableName": self._place.table, "Key": _key(identifier), "ConsistentRead": True}
        item = self._ask("GetItem", asked).get("Item")
        return self._alive(item) if item else None

    def those_of(self, identifiers: Sequence[Identifier]) -> list[Record]:
        """See the port. One BatchGetItem; another one for what does not fit into 16 MB."""
        table, found = self._place.table, dict[str, Item]()
        keys = [_key(identifier) for identifier in identifiers[:MOST_NAMES]]
        left: Any = {table: {"Keys": keys, "ConsistentRead": True}} if keys else {}
        for _ in range(ATTEMPTS):
            if not left:
                break
            answer = self._ask("BatchGetItem", {"RequestItems": left})
            found.update((item["pk"]["S"], item) for item in answer["Responses"].get(table, ()))
            left = answer.get("UnprocessedKeys")
        if left:
            raise TableError("BatchGetItem left keys unread")
        items = (found[identifier.name] for identifier in identifiers if identifier.name in found)
        return [record for item in items if (record := self._alive(item))]

    def open(self) -> None:
        """Open the connection, so that the first read need not. A failure is left to the first read."""
        try:
            self._connected().connect()
        except OSError:
            self._close()

    def _alive(self, item: Item) -> Record | None:
        """Hide what has expired: DynamoDB deletes it within days, not at once."""
        record = record_on_wire(item)
        return None if 0 < record.expires_s <= self._clock() else record

    def _ask(self, operation: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a request, again where it may help.

        Raises:
            TableError: no attempt succeeded, or no other one would.
        """
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt > 1:  # the second one at once: mostly, the kept connection was closed meanwhile
                time.sleep(random.random() * _PAUSE_S * 2 ** (attempt - 2))  # noqa: S311 - spreads attempts, hides nothing
            try:
                status, answer = self._send(operation, body)
            except (OSError, http.client.HTTPException) as error:
                self._close()
                problem = f"{type(error).__name__}: {error}"
                continue
            if status == http.client.OK:
                found: Mapping[str, Any] = json.loads(answer)
                return found
            problem = f"{status} {answer[:300]!r}"
            if status < http.client.INTERNAL_SERVER_ERROR and not any(name in problem for name in _PASSING):
                break
        raise TableError(f"{operation}: {problem}")

    def _send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        place = self._place
        headers = signed_headers(self._host, place.region, operation, body, place.credentials, moment)
        connection = self._connected()
        self.requests += 1
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        return response.status, response.read()

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            secure = self._place.endpoint.startswith("https:")
            kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
            self._connection = kind(self._host, timeout=_TIMEOUT_S)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _key(identifier: Identifier) -> dict[str, dict[str, str]]:
    return {"pk": {"S": identifier.name}, "sk": {"S": RECORD_SORT_KEY}}
