"""Requests past the SDK, but with its endpoint and its credentials: items are JSON as it stands on the wire.

An item is what DynamoDB sent, numbers as text and bytes in base64: `{"pk": {"S": "doi:10.5072/FK2"}, "elements": {"B": "eg=="}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from pidstack.store.aws_signature import Credentials
from pidstack.store.record_items import Item as Item
from pidstack.store.record_items import placement_of as placement_of
from pidstack.store.record_items import record_on_wire as record_on_wire
from pidstack.store.sender import MOST_KEYS as MOST_KEYS
from pidstack.store.sender import Sender, TableError, Told
from pidstack.store.tables import RECORD_SORT_KEY, RecordItem, transaction_connection

# As often, and as long, as the SDK tries for DynamoDB.
_ATTEMPTS, _TIMEOUT_S = 10, 10.0
_CONDITION_FAILED = "ConditionalCheckFailedException"


class Wire:
    """DynamoDB's reads of many items, and small writes of those who read, on one table. Several threads may use it."""

    def __init__(self, sender: Sender, table_name: str) -> None:
        self._sender = sender
        self._table = table_name

    @classmethod
    def open(cls) -> Self:
        """Make one for the table that `tables.connect` was called with. Nothing is sent."""
        meta: Any = RecordItem.Meta
        connection = transaction_connection()
        return cls(SdkSender(connection.session, connection.client), meta.table_name)

    def query(self, **asked: Any) -> Mapping[str, Any]:
        """Send a Query and give its answer."""
        return self._ask("Query", asked)

    def scan(self, **asked: Any) -> Mapping[str, Any]:
        """Send a Scan and give its answer."""
        return self._ask("Scan", asked)

    def write(self, operation: str, **asked: Any) -> bool:
        """Send a PutItem or DeleteItem that has a condition, and tell whether that held.

        Its condition has to hold again for what was just written: a request whose answer is lost is sent once more.
        """
        try:
            self._ask(operation, asked)
        except TableError as error:
            if error.code != _CONDITION_FAILED:
                raise
            return False
        return True

    def records(self, names: Sequence[str], *, consistent: bool = False, only: Sequence[str] = ()) -> dict[str, Item]:
        """Read the items of records, by name; a name that has none is left out. Arguments and requests as of `items`."""
        items = self.items([(name, RECORD_SORT_KEY) for name in names], consistent=consistent, only=only)
        return {item["pk"]["S"]: item for item in items}

    def items(self, places: Sequence[tuple[str, str]], *, consistent: bool = False, only: Sequence[str] = ()) -> list[Item]:
        """Read items by their two keys, in no order; those that are not there are left out.

        One BatchGetItem for each hundred or 16 MB, whatever is filled first.

        Args:
            only: paths of the attributes to read (`pidstack.store.record_items.paths`); none for all.
        """
        keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places]
        return self._sender.items(self._table, keys, consistent=consistent, only=only)

    def _ask(self, operation: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self._sender.ask(operation, {"TableName": self._table, **asked}))


class SdkSender(Sender):
    """Sends where a client of the SDK would, with the credentials of its session, renewed where they have to be.

    Who listens to the client's requests hears of these as of its own: what is asked (`provide-client-params`), what is sent
    (`before-send`, where an answer may be given instead) and what came of it (`after-call`).
    """

    def __init__(self, session: Session, client: BaseClient) -> None:
        self._session = session
        self._meta: Any = client.meta
        super().__init__(
            self._meta.endpoint_url,
            self._meta.region_name,
            self._frozen,
            attempts=_ATTEMPTS,
            timeout_s=_TIMEOUT_S,
            instead=self._answered,
        )

    def ask(self, operation: str, asked: Mapping[str, Any]) -> Any:
        """See `Sender`."""
        emit, model = self._meta.events.emit, self._meta.service_model.operation_model(operation)
        context: dict[str, Any] = {}
        for _, changed in emit(f"provide-client-params.dynamodb.{operation}", params=asked, model=model, context=context):
            asked = changed or asked
        found = super().ask(operation, asked)
        emit(f"after-call.dynamodb.{operation}", http_response=None, parsed=found, model=model, context=context)
        return found

    def _answered(self, operation: str, headers: Mapping[str, str], body: bytes) -> Told | None:
        given: Any = headers
        request = AWSPreparedRequest("POST", f"{self._meta.endpoint_url}/", given, body, stream_output=False)
        _, answer = self._meta.events.emit_until_response(f"before-send.dynamodb.{operation}", request=request)
        return None if answer is None else (answer.status_code, answer.content)

    def _frozen(self) -> Credentials:
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        held = found.get_frozen_credentials()
        return Credentials(held.access_key or "", held.secret_key or "", held.token or "")
