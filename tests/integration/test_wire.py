"""What is read of the table past botocore's own parser is what the other ways of reading it give."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store import identifiers
from pidstack.store.identifiers import DynamoIdentifiers, record_of
from pidstack.store.tables import RecordItem
from pidstack.store.wire import MOST_KEYS, Wire, record_on_wire, wire_client
from tests.builders import NOW_S, a_record

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(0, 9_999_999_999)
RECORDS = st.builds(
    Record,
    identifier=st.sampled_from(["doi:10.5072/FK2A", "ark:/99999/fk4(%'\"~"]).map(Identifier),
    owner=st.just("alice"),
    group=st.just("groupa"),
    created_s=NUMBERS,
    updated_s=NUMBERS,
    state=st.sampled_from(State),
    reason=WORDS,
    target=WORDS,
    profile=WORDS,
    elements=st.dictionaries(WORDS.filter(bool), WORDS.filter(bool), max_size=4),
    exported=st.booleans(),
    agency=st.sampled_from(Agency),
    datacenter=WORDS,
    expires_s=NUMBERS,
    agent_role=st.sampled_from(["", "user", "group"]),
    registered_s=NUMBERS,
    version=st.integers(1, 10**6),
    placement=st.sampled_from([None, Placement(Kind.BOOK, "10.5072", 12, 77, 2011), Placement(Kind.NONE, "ark:/99999")]),
    changed_by=WORDS,
    changed_via=WORDS,
)


@settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_a_record_is_read_from_the_wire_as_from_its_model(record: Record) -> None:
    item = identifiers._item(record)
    item.token = "4f"
    raw = item.serialize()

    on_wire = json.loads(json.dumps(raw, default=lambda held: base64.b64encode(held).decode()))

    assert record_on_wire(on_wire) == record_of(RecordItem.from_raw_data(raw)) == record
    assert record_on_wire(on_wire).token == "4f"


def test_many_records_are_read_in_batches(table: str) -> None:
    store, sent = DynamoIdentifiers(lambda: NOW_S), []
    names = [f"ark:/99999/fk4{number}" for number in range(MOST_KEYS + 1)]
    for name in names:
        store.create(a_record(name, elements={"erc.who": f"who made {name}: ä\n😀"}))
    wire = Wire.open()
    wire._client.meta.events.register("before-send.dynamodb.*", lambda request, **_: sent.append(request))

    found = wire.records([*names, "ark:/99999/fk4none"], consistent=True)

    assert sorted(found) == sorted(names)
    assert record_on_wire(found[names[-1]]) == store.get(Identifier(names[-1]))
    assert len(sent) == 2


def test_answers_are_what_botocore_reads_but_for_bytes_in_base64(table: str) -> None:
    DynamoIdentifiers(lambda: NOW_S).create(a_record(elements={"erc.who": "x" * 50}))
    asked: dict[str, Any] = {
        "IndexName": "owner-index",
        "KeyConditionExpression": "owner_shard = :a",
        "ExpressionAttributeValues": {":a": {"S": shard_of_alice()}},
    }

    queried, scanned = Wire.open().query(**asked), Wire.open().scan()

    usual = boto3.client("dynamodb")
    assert queried["Items"] == usual.query(TableName=table, **asked)["Items"]
    (item,) = usual.scan(TableName=table)["Items"]
    assert scanned["Items"] == [{**item, "elements": {"B": base64.b64encode(item["elements"]["B"]).decode()}}]
    assert queried["Count"] == 1


def shard_of_alice() -> str:
    return str(identifiers._item(a_record()).owner_shard)


def test_an_error_is_told_as_ever(table: str) -> None:
    wire = Wire.open()

    with pytest.raises(ClientError) as caught:
        wire.query(KeyConditionExpression="nonsense", ExpressionAttributeValues={":a": {"S": "b"}})

    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_an_answer_that_is_no_json_is_told(table: str) -> None:
    client = wire_client(botocore.session.get_session(), "us-east-1")

    class Html:
        status_code, headers, content, raw = 200, {"x-amzn-requestid": "1"}, b"<html>", None

    client.meta.events.register_first("before-send.dynamodb.*", lambda **_: Html())

    with pytest.raises(ResponseParserError):
        Wire(client, table).scan()


def test_other_operations_and_other_clients_are_as_ever(table: str) -> None:
    session = botocore.session.get_session()
    usual = session.get_component("response_parser_factory")

    client: Any = wire_client(session, "us-east-1")

    assert session.get_component("response_parser_factory") is usual
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "elements": {"B": b"c"}}
    client.put_item(TableName=table, Item=item)
    key = {"pk": item["pk"], "sk": item["sk"]}
    assert client.get_item(TableName=table, Key=key)["Item"] == item
