"""The resolver's reader of records over the SDK, which moto answers: all of it is real but signature and connection."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import botocore.session

from pidstack.store.aws_signature import Credentials
from pidstack.store.lean import LeanRecords, Place


def answer_through_sdk(operation: str, body: bytes) -> bytes:
    """Give what DynamoDB says to a request, as it stands on the wire."""
    client: Any = botocore.session.Session().create_client("dynamodb", "us-east-1")
    answer = getattr(client, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower())(**json.loads(body))
    del answer["ResponseMetadata"]
    return json.dumps(answer, default=lambda value: base64.b64encode(value).decode()).encode()


class RecordsOverMoto(LeanRecords):
    """Reads a table of moto's.

    Attributes:
        operations: what was asked, in order.
    """

    def __init__(self, table: str) -> None:
        place = Place("http://unused.example", "us-east-1", table, Credentials("x", "x"))
        super().__init__(place, lambda: int(time.time()), self._answer)
        self.operations: list[str] = []

    def _answer(self, operation: str, _: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        self.operations.append(operation)
        return 200, answer_through_sdk(operation, body)
