"""Reads of many items at once: the SDK signs, sends and repeats, but requests and answers are JSON as it stands on the wire.

botocore builds each request and takes each answer apart by its description of the service, value by value, which costs more than
all else that is done to a record. Here an item is what DynamoDB sent, numbers as text and bytes in base64:
`{"pk": {"S": "doi:10.5072/FK2"}, "elements": {"B": "eg=="}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
from botocore.client import BaseClient
from botocore.config import Config
from botocore.parsers import ResponseParser, ResponseParserError, ResponseParserFactory
from botocore.session import Session

from pidstack.store.record_items import Item as Item
from pidstack.store.record_items import placement_of as placement_of
from pidstack.store.record_items import record_on_wire as record_on_wire
from pidstack.store.tables import RECORD_SORT_KEY, RecordItem, transaction_connection

# What one BatchGetItem takes. Rule: Amazon DynamoDB API reference, "BatchGetItem".
MOST_KEYS = 100
_OPERATIONS = ("BatchGetItem", "Query", "Scan")
_PROTOCOL = "json"
_FACTORY = "response_parser_factory"
# Left to itself, botocore describes itself in words that it puts together, and checks, twice a request.
_SETTINGS = Config(parameter_validation=False, connect_timeout=5, read_timeout=10, user_agent="pidstack")
_ASKED = "pidstack_asked"


class Wire:
    """DynamoDB's reads of many items, on one table.

    Args:
        client: as `wire_client` makes it.
    """

    def __init__(self, client: BaseClient, table_name: str) -> None:
        self._client: Any = client
        self._table = table_name

    @classmethod
    def open(cls) -> Wire:
        """Make one for the table that `tables.connect` was called with. Nothing is sent."""
        meta: Any = RecordItem.Meta
        connection = transaction_connection()
        return cls(wire_client(connection.session, connection.region, connection.host), meta.table_name)

    def query(self, **asked: Any) -> Mapping[str, Any]:
        """Send a Query and give its answer."""
        return cast("Mapping[str, Any]", self._client.query(TableName=self._table, **asked))

    def scan(self, **asked: Any) -> Mapping[str, Any]:
        """Send a Scan and give its answer."""
        return cast("Mapping[str, Any]", self._client.scan(TableName=self._table, **asked))

    def records(self, names: Sequence[str], *, consistent: bool = False) -> dict[str, Item]:
        """Read the items of records, by name; a name that has none is left out. Requests as of `items`."""
        items = self.items([(name, RECORD_SORT_KEY) for name in names], consistent=consistent)
        return {item["pk"]["S"]: item for item in items}

    def items(self, places: Sequence[tuple[str, str]], *, consistent: bool = False) -> list[Item]:
        """Read items by their two keys, in no order; those that are not there are left out.

        One BatchGetItem for each hundred or 16 MB, whatever is filled first.
        """
        found: list[Item] = []
        for start in range(0, len(places), MOST_KEYS):
            keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places[start : start + MOST_KEYS]]
            left: Any = {self._table: {"Keys": keys, "ConsistentRead": consistent}}
            while left:
                answer = self._client.batch_get_item(RequestItems=left)
                found += answer["Responses"].get(self._table, ())
                left = answer.get("UnprocessedKeys")
        return found


def wire_client(session: Session, region: str | None = None, endpoint: str | None = None) -> BaseClient:
    """Make a client of DynamoDB whose three reads of many items take and give JSON as it is on the wire. All else is as ever."""
    usual = session.get_component(_FACTORY)
    session.register_component(_FACTORY, _PlainFactory())
    try:
        client = session.create_client("dynamodb", region_name=region, endpoint_url=endpoint, config=_SETTINGS)
    finally:
        session.register_component(_FACTORY, usual)
    for operation in _OPERATIONS:
        client.meta.events.register(f"before-parameter-build.dynamodb.{operation}", _put_aside)
        client.meta.events.register(f"before-call.dynamodb.{operation}", _put_back)
    return client


def _put_aside(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Keep what is asked from being written value by value. The names of tables stay, since endpoints may depend on them."""
    context[_ASKED] = orjson.dumps(params)
    for name in params.keys() - {"TableName", "RequestItems"}:
        del params[name]
    if "RequestItems" in params:
        params["RequestItems"] = {table: {} for table in params["RequestItems"]}


def _put_back(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = context[_ASKED]


class _PlainFactory(ResponseParserFactory):
    """Gives the parser below wherever answers are JSON; errors it leaves to botocore's own."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        usual = super().create_parser(protocol_name)
        return cast("ResponseParser", _PlainParser(usual)) if protocol_name == _PROTOCOL else usual


class _PlainParser:
    def __init__(self, usual: ResponseParser) -> None:
        self._usual = usual

    def parse(self, response: Mapping[str, Any], shape: Any) -> Any:
        is_plain = response["status_code"] < 300 and response["context"]["operation_name"] in _OPERATIONS
        if not is_plain:
            return self._usual.parse(response, shape)
        try:
            parsed = orjson.loads(response["body"])
        except ValueError as error:
            raise ResponseParserError(f"the answer is no JSON: {error}") from error
        parsed["ResponseMetadata"] = {"HTTPStatusCode": response["status_code"], "HTTPHeaders": response["headers"]}
        return parsed
