"""What is read of the table past the SDK is what the other ways of reading it give."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import NoCredentialsError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pidstack.domain.identifier import Identifier
from pidstack.domain.placement import Kind, Placement
from pidstack.domain.record import Record
from pidstack.domain.shoulder import Agency
from pidstack.domain.state import State
from pidstack.store import identifiers
from pidstack.store.identifiers import DynamoIdentifiers, record_of
from pidstack.store.sender import TableError
from pidstack.store.tables import RecordItem, transaction_connection
from pidstack.store.wire import MOST_KEYS, SdkSender, Wire, record_on_wire
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


def listen(event: str, listener: Any) -> None:
    """Hear what happens to the requests of the shared client."""
    transaction_connection().client.meta.events.register_first(event, listener)


def test_many_records_are_read_in_batches(table: str) -> None:
    store, sent = DynamoIdentifiers(lambda: NOW_S), []
    names = [f"ark:/99999/fk4{number}" for number in range(MOST_KEYS + 1)]
    for name in names:
        store.create(a_record(name, elements={"erc.who": f"who made {name}: ä\n😀"}))
    wire = Wire.open()
    listen("before-send.dynamodb.*", lambda request, **_: sent.append(request))

    found = wire.records([*names, "ark:/99999/fk4none"], consistent=True)

    assert sorted(found) == sorted(names)
    assert len(sent) == 2
    assert record_on_wire(found[names[-1]]) == store.get(Identifier(names[-1]))


def test_answers_are_what_botocore_reads_but_for_bytes_in_base64(table: str) -> None:
    DynamoIdentifiers(lambda: NOW_S).create(a_record(elements={"erc.who": "x" * 50}))
    asked: dict[str, Any] = {
        "IndexName": "owner-index",
        "KeyConditionExpression": "owner_part = :a",
        "ExpressionAttributeValues": {":a": {"S": part_of_alice()}},
    }

    queried, scanned = Wire.open().query(**asked), Wire.open().scan()

    usual = boto3.client("dynamodb")
    assert queried["Items"] == usual.query(TableName=table, **asked)["Items"]
    (item,) = usual.scan(TableName=table)["Items"]
    assert scanned["Items"] == [{**item, "elements": {"B": base64.b64encode(item["elements"]["B"]).decode()}}]
    assert queried["Count"] == 1


def part_of_alice() -> str:
    return str(identifiers._item(a_record()).owner_part)


def test_a_refusal_is_told_by_its_name(table: str) -> None:
    wire = Wire.open()

    with pytest.raises(TableError, match="Query: 400") as caught:
        wire.query(KeyConditionExpression="nonsense", ExpressionAttributeValues={":a": {"S": "b"}})

    assert caught.value.code == "ValidationException"


def test_an_answer_that_is_no_json_is_told(table: str) -> None:
    class Html:
        status_code, content = 200, b"<html>"

    wire = Wire.open()
    listen("before-send.dynamodb.*", lambda **_: Html())

    with pytest.raises(TableError, match="no JSON"):
        wire.scan()


def test_who_listens_to_the_client_hears_of_what_is_asked_and_answered(table: str) -> None:
    heard: list[Any] = []
    wire = Wire.open()
    listen("provide-client-params.dynamodb.*", lambda params, model, **_: {**params, "Limit": len(model.name)})
    listen("before-send.dynamodb.*", lambda request, **_: heard.append(request))
    listen("after-call.dynamodb.*", lambda parsed, **_: heard.append(parsed))

    found = wire.scan()

    request, answer = heard
    assert isinstance(request, AWSPreparedRequest)
    assert json.loads(request.body) == {"TableName": table, "Limit": len("Scan")}
    assert request.url == "https://dynamodb.us-east-1.amazonaws.com/"
    assert answer is found


def test_credentials_that_were_renewed_sign_the_next_request(table: str) -> None:
    signed: list[str] = []
    connection = transaction_connection()
    session = botocore.session.Session()
    keys = iter(["FIRST", "SECOND"])

    def renewed() -> dict[str, str]:
        return {"access_key": next(keys), "secret_key": "s", "token": "t", "expiry_time": "2001-01-01T00:00:00Z"}

    session._credentials = RefreshableCredentials.create_from_metadata(renewed(), renewed, "test")
    listen("before-send.dynamodb.*", lambda request, **_: signed.append(request.headers["authorization"]))

    with pytest.raises(RuntimeError, match="expired"):  # so old that the SDK does not use them, either
        Wire(SdkSender(session, connection.client), table).scan()

    held = {"access_key": "THIRD", "secret_key": "s", "token": "t", "expiry_time": "2999-01-01T00:00:00Z"}
    session._credentials = RefreshableCredentials.create_from_metadata(held, lambda: held, "test")
    Wire(SdkSender(session, connection.client), table).scan()
    assert [line.partition("Credential=")[2].partition("/")[0] for line in signed] == ["THIRD"]


def test_without_credentials_nothing_is_sent(table: str) -> None:
    session = botocore.session.Session()
    session.get_component("credential_provider").providers.clear()

    with pytest.raises(NoCredentialsError):
        Wire(SdkSender(session, transaction_connection().client), table).scan()


def test_threads_share_a_wire(table: str) -> None:
    store, wire = DynamoIdentifiers(lambda: NOW_S), Wire.open()
    names = [f"ark:/99999/fk4{number}" for number in range(20)]
    for name in names:
        store.create(a_record(name))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: wire.records([name])[name]["pk"]["S"], names))

    assert found == names
